import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe, useSignIns } from "../../api/queries";
import { signInHref } from "../../api/session";
import { Avatar, Busy, ErrorNotice, useTitle } from "../../ui";
import s from "./account.module.css";
import { Everywhere } from "./Everywhere";
import { MyData } from "./MyData";
import { SignInRow } from "./SignInRow";

export function AccountPage() {
  const { t } = useTranslation();
  const me = useMe();
  const person = me.data?.kind === "person" ? me.data : undefined;
  const signIns = useSignIns(person !== undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t("account.title"));
  return (
    <div className="page">
      <h1>{t("account.title")}</h1>
      {(me.isPending || (person !== undefined && signIns.isPending)) && <Busy label={t("common.loading")} />}
      {me.isError && <ErrorNotice error={me.error} />}
      {me.data !== undefined && person === undefined && (
        <>
          <p className="muted">{t("account.needSignIn")}</p>
          <div>
            <a className="btn primary" href={signInHref("/account")}>
              {t("common.signIn")}
            </a>
          </div>
        </>
      )}
      {person !== undefined && (
        <section className={`card ${s.who}`}>
          <Avatar name={person.name ?? ""} />
          <div>
            <strong>
              <bdi>{person.name}</bdi>
            </strong>
            <div className="small muted">{person.person?.email}</div>
            <div className="small muted">{person.organization?.name}</div>
          </div>
        </section>
      )}
      {signIns.isError && <ErrorNotice error={signIns.error} />}
      {signIns.data !== undefined && (
        <>
          <div>
            <h2 ref={heading} tabIndex={-1}>
              {t("account.signIns")}
            </h2>
            <p className="muted">{t("account.signInsLead")}</p>
          </div>
          {signIns.data.length === 0 && <p className="muted">{t("account.signInsEmpty")}</p>}
          <ul className={`card ${s.list}`} hidden={signIns.data.length === 0}>
            {signIns.data.map((signIn) => (
              <SignInRow key={signIn.id} signIn={signIn} onEnded={() => heading.current?.focus()} />
            ))}
          </ul>
          <Everywhere />
        </>
      )}
      {person !== undefined && <MyData />}
    </div>
  );
}
