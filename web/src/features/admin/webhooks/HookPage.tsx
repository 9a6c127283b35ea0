import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Hook, Versioned } from "../../../api/software";
import { currentLanguage } from "../../../i18n";
import { Breakable, Busy, Notice, useTitle } from "../../../ui";
import { dateOf } from "../../../ui/time";
import s from "../admin.module.css";
import { useAbove, useHook } from "../reads";
import { Refusal } from "../Refusal";
import { mayChange } from "../rights";
import type { Appointment } from "../roles";
import { ChangeHook } from "./ChangeHook";
import { Deliveries } from "./Deliveries";
import { HookActs } from "./HookActs";
import { HookBadge } from "./HookBadge";
import { useEventWord } from "./useEventWord";

/** One webhook: how it stands and why, what it hears of, and what was sent to it. */
export function HookPage({ id, appointments }: { id: string; appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const path = `/admin/webhooks/${id}`;
  const hook = useHook(id);
  const above = useAbove(hook.data?.now.organization.id, hook.isSuccess);
  const [changing, setChanging] = useState(false);
  useTitle(t("admin.webhooks.name"));
  const back = <Link href="/admin/webhooks">{t("admin.webhooks.all")}</Link>;
  if (hook.isError && hook.data === undefined) {
    return (
      <>
        {back}
        <h1>{t("admin.webhooks.name")}</h1>
        <Refusal error={hook.error} path={path} />
      </>
    );
  }
  if (hook.data === undefined || above.isPending) return <Busy label={t("common.loading")} />;
  const { now } = hook.data;
  const organizations = (above.data ?? []).map((one) => one.id);
  const may = mayChange(appointments, organizations.length > 0 ? organizations : [now.organization.id]);
  const close = () => {
    setChanging(false);
  };
  return (
    <>
      <div className={s.part}>
        {back}
        <h1>
          <Breakable text={now.url} />
        </h1>
        <div>
          <HookBadge state={now.state} />
        </div>
      </div>
      <Standing hook={now} />
      {!may && <p className="muted">{t("admin.apps.readOnly")}</p>}
      {changing ? (
        <ChangeHook key={hook.data.etag} hook={hook.data} path={path} onReread={() => hook.refetch()} onClose={close} />
      ) : (
        <>
          <Facts hook={hook.data} />
          {may && (
            <HookActs
              hook={now}
              path={path}
              onChange={() => {
                setChanging(true);
              }}
            />
          )}
        </>
      )}
      <Deliveries hook={now} path={path} may={may} />
    </>
  );
}

/** Why it gets nothing, or is about to. */
function Standing({ hook }: { hook: Hook }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  if (hook.state === "active" && hook.failingSince === undefined) return null;
  return (
    <Notice tone={hook.state === "disabled" ? "danger" : "warn"}>
      <p>{t(`admin.webhooks.stateMeans.${hook.state}`)}</p>
      {hook.reason !== undefined && <p>{t(`admin.webhooks.reasons.${hook.reason}`)}</p>}
      {hook.disabledAt !== undefined && <p>{t("admin.webhooks.since", { date: dateOf(hook.disabledAt, language) })}</p>}
      {hook.failingSince !== undefined && <p>{t("admin.webhooks.failingSince", { date: dateOf(hook.failingSince, language) })}</p>}
      {hook.deadLetters > 0 && <p>{t("admin.webhooks.dead", { n: hook.deadLetters })}</p>}
    </Notice>
  );
}

function Facts({ hook: { now: hook } }: { hook: Versioned<Hook> }) {
  const { t } = useTranslation();
  const word = useEventWord();
  const language = currentLanguage();
  const types = hook.types.length === 0 ? t("admin.webhooks.allTypes") : hook.types.map(word).join(", ");
  const facts: [string, React.ReactNode][] = [
    [t("admin.webhooks.description"), hook.description === "" ? t("admin.webhooks.noDescription") : <bdi key="description">{hook.description}</bdi>],
    [
      t("admin.webhooks.account"),
      <Link key="account" href={`/admin/apps/${hook.createdBy}`}>
        <bdi>{hook.accountName ?? hook.createdBy}</bdi>
      </Link>,
    ],
    [t("admin.apps.organization"), <bdi key="organization">{hook.organization.name}</bdi>],
    [t("admin.webhooks.types"), types],
    [t("admin.webhooks.contact"), hook.contact ?? t("admin.webhooks.noContact")],
    [t("admin.webhooks.signature"), t(`admin.webhooks.signatures.${hook.signature}`)],
    [
      t("admin.webhooks.keys"),
      <ul key="keys">
        {hook.keys.map((one) => (
          <li key={one.id}>
            {t("admin.webhooks.keySince", { date: dateOf(one.createdAt, language) })}
            {one.expiresAt !== undefined && `, ${t("admin.webhooks.keyUntil", { date: dateOf(one.expiresAt, language) })}`}
            {one.publicKey !== undefined && (
              <div>
                <code>{one.publicKey}</code>
              </div>
            )}
          </li>
        ))}
      </ul>,
    ],
    [t("admin.apps.created"), dateOf(hook.createdAt, language)],
    [t("admin.webhooks.delivered"), hook.deliveredAt === undefined ? t("admin.webhooks.neverDelivered") : dateOf(hook.deliveredAt, language)],
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
