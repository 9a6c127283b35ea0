import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Account, Versioned } from "../../../api/software";
import { currentLanguage } from "../../../i18n";
import { Busy, Notice, useTitle } from "../../../ui";
import { dateOf, dayOf } from "../../../ui/time";
import s from "../admin.module.css";
import { useAbove, useAccount } from "../reads";
import { Refusal } from "../Refusal";
import { mayChange } from "../rights";
import type { Appointment } from "../roles";
import { ChangeAccount } from "./ChangeAccount";
import { Credentials } from "./Credentials";
import { Revoke } from "./Revoke";
import { isScope, scopeWords } from "./scopes";
import { isOver, lastSecretEnds, standingOf } from "./standing";
import { StandingBadge } from "./StandingBadge";

/** One service account: what it may do, by what it signs in, and its end. */
export function AccountPage({ id, appointments }: { id: string; appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const path = `/admin/apps/${id}`;
  const account = useAccount(id);
  const above = useAbove(account.data?.now.organization.id, account.isSuccess);
  useTitle(account.data?.now.name ?? t("admin.apps.name"));
  const back = <Link href="/admin/apps">{t("admin.apps.all")}</Link>;
  if (account.isError && account.data === undefined) {
    return (
      <>
        {back}
        <h1>{t("admin.apps.name")}</h1>
        <Refusal error={account.error} path={path} />
      </>
    );
  }
  if (account.data === undefined || above.isPending) return <Busy label={t("common.loading")} />;
  const { now } = account.data;
  const standing = standingOf(now);
  const organizations = (above.data ?? []).map((one) => one.id);
  const may = mayChange(appointments, organizations.length > 0 ? organizations : [now.organization.id]);
  return (
    <>
      <div className={s.part}>
        {back}
        <h1>
          <bdi>{now.name}</bdi>
        </h1>
        <div>
          <StandingBadge standing={standing} />
        </div>
      </div>
      <Warnings account={now} />
      {!may && <p className="muted">{t("admin.apps.readOnly")}</p>}
      <About account={account.data} path={path} may={may && !isOver(standing)} onReread={() => account.refetch()} />
      <Credentials account={now} path={path} may={may && !isOver(standing)} />
      {may && now.revokedAt === undefined && <Revoke account={now} path={path} />}
    </>
  );
}

function Warnings({ account }: { account: Account }) {
  const { t } = useTranslation();
  const standing = standingOf(account);
  const last = lastSecretEnds(account);
  const language = currentLanguage();
  if (isOver(standing) || standing === "valid") return null;
  return (
    <Notice tone="warn">
      {standing === "bare" && <p>{t("admin.apps.noCredential")}</p>}
      {standing === "ending" && account.expiresAt !== undefined && <p>{t("admin.apps.endsOn", { date: dayOf(account.expiresAt, language) })}</p>}
      {standing === "ending" && last !== undefined && <p>{t("admin.apps.secretEndsOn", { date: dayOf(last, language) })}</p>}
    </Notice>
  );
}

interface AboutProps {
  account: Versioned<Account>;
  path: string;
  may: boolean;
  onReread: () => Promise<unknown>;
}

function About({ account, path, may, onReread }: AboutProps) {
  const { t } = useTranslation();
  const [changing, setChanging] = useState(false);
  if (changing) {
    return (
      <ChangeAccount
        key={account.etag}
        account={account}
        path={path}
        onReread={onReread}
        onClose={() => {
          setChanging(false);
        }}
      />
    );
  }
  return (
    <>
      <Facts account={account.now} />
      {may && (
        <div>
          <button
            type="button"
            className="btn"
            onClick={() => {
              setChanging(true);
            }}
          >
            {t("admin.apps.change")}
          </button>
        </div>
      )}
    </>
  );
}

function Facts({ account }: { account: Account }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const facts: [string, React.ReactNode][] = [
    [t("admin.apps.id"), <code key="id">{account.id}</code>],
    [t("admin.apps.organization"), <bdi key="organization">{account.organization.name}</bdi>],
    [t("admin.apps.contact"), account.contact ?? t("admin.apps.noContact")],
    [
      t("admin.apps.scopesTitle"),
      <ul key="scopes">
        {account.scopes.map((one) => (
          <li key={one}>{isScope(one) ? t(`admin.apps.scopes.${scopeWords[one]}`) : <code>{one}</code>}</li>
        ))}
      </ul>,
    ],
    [t("admin.apps.actsFor"), account.actsFor.length === 0 ? t("admin.apps.actsForNobody") : t("admin.apps.actsForCount", { n: account.actsFor.length })],
    [t("admin.apps.networks"), account.networks.length === 0 ? t("admin.apps.anywhere") : account.networks.join(", ")],
    [t("admin.apps.created"), dateOf(account.createdAt, language)],
    [t("admin.apps.used"), account.lastUsedAt === undefined ? t("admin.apps.neverUsed") : dateOf(account.lastUsedAt, language)],
    [t("admin.apps.ends"), account.expiresAt === undefined ? t("admin.apps.never") : dateOf(account.expiresAt, language)],
  ];
  return (
    <dl className={`card ${s.facts ?? ""}`}>
      {facts.map(([label, said]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{said}</dd>
        </div>
      ))}
    </dl>
  );
}
