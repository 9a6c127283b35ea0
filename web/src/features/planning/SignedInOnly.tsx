import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { asApiError } from "../../api/error";
import { signInHref } from "../../api/session";
import { ErrorNotice } from "../../ui";
import s from "./planning.module.css";

export function SignedInOnly({ path }: { path: string }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="muted">{t("errors.sign-in-required")}</p>
      <div className={s.acts}>
        <a className="btn primary" href={signInHref(path)}>
          {t("common.signIn")}
        </a>
        <Link className="btn" href="/">
          {t("common.back")}
        </Link>
      </div>
    </>
  );
}

/** A page whose meeting cannot be read, and what one can do about it. */
export function Failed({ error, path, retry }: { error: unknown; path: string; retry: () => void }) {
  const { t } = useTranslation();
  const { code, passing } = asApiError(error);
  if (code === "sign-in-required" || code === "sign-in-expired") return <SignedInOnly path={path} />;
  return (
    <ErrorNotice
      error={error}
      actions={
        <>
          {passing && (
            <button type="button" className="btn" onClick={retry}>
              {t("common.retry")}
            </button>
          )}
          <Link className="btn" href="/">
            {t("common.back")}
          </Link>
        </>
      }
    />
  );
}
