import { useTranslation } from "react-i18next";
import { useSearch } from "wouter";
import { useConfig } from "../../api/queries";
import { signInHref } from "../../api/session";
import { Busy, ErrorNotice, Notice, useTitle } from "../../ui";
import s from "./signin.module.css";

/** Chooses among the providers. The server alone decides whether returnTo is a page of ours. */
export function SignInPage() {
  const { t } = useTranslation();
  const config = useConfig();
  const query = new URLSearchParams(useSearch());
  const returnTo = query.get("returnTo") ?? "/";
  // Who is to prove anew who they are still is, whichever provider they choose.
  const anew = query.get("elevate") === "1" ? "&elevate=1" : "";
  useTitle(t("common.signInTitle"));
  return (
    <div className="page">
      <h1>{t("common.signInTitle")}</h1>
      {config.isPending && <Busy label={t("common.loading")} />}
      {config.isError && <ErrorNotice error={config.error} />}
      {config.data?.providers.length === 0 && <Notice tone="warn">{t("common.signInNone")}</Notice>}
      {config.data !== undefined && config.data.providers.length > 0 && (
        <>
          <p className="muted">{t("common.signInLead")}</p>
          <ul className={s.providers}>
            {config.data.providers.map((provider, i) => (
              <li key={provider.name}>
                <a className={`btn wide tall ${i === 0 ? "primary" : ""}`} href={`${signInHref(returnTo, provider.name)}${anew}`}>
                  {t("common.signInWith", { provider: provider.label })}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
