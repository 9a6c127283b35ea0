import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../../../api/audit";
import { currentLanguage } from "../../../i18n";
import { Dialog } from "../../../ui";
import { inWords } from "../../../ui/time";
import s from "../admin.module.css";
import type { Found } from "../find";
import { useReading } from "./reading";

interface EntryDialogProps {
  entry: AuditEntry;
  onActor: (actor: Found) => void;
  onSubject: (subject: Found) => void;
  onClose: () => void;
}

/** All that one row says, with whole ids: they are what other tools are asked with. */
export function EntryDialog({ entry, onActor, onSubject, onClose }: EntryDialogProps) {
  const { t } = useTranslation();
  const read = useReading();
  const count = read.count(entry);
  const facts = {
    at: inWords(new Date(entry.at), currentLanguage(), { dateStyle: "full", timeStyle: "long" }),
    action: entry.action,
    actor: `${read.who(entry)} (${entry.actor})`,
    email: entry.email,
    onBehalfOf: entry.onBehalfOf,
    subject: entry.subject,
    organization: entry.organization,
    code: entry.code,
    network: entry.network,
    request: entry.requestId,
    seal: t("admin.audit.detail.place", { batch: entry.batch, position: entry.position }),
  };
  return (
    <Dialog title={read.act(entry)} onClose={onClose}>
      <p>
        {t(`admin.audit.results.${entry.result}`)}
        {count !== undefined && `, ${t("admin.audit.times", { n: count })}`}
      </p>
      <dl className={s.facts}>
        {(Object.keys(facts) as (keyof typeof facts)[]).map((name) => {
          const value = facts[name];
          if (value === undefined || value === "") return null;
          return (
            <div key={name}>
              <dt>{t(`admin.audit.detail.${name}`)}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          );
        })}
        {Object.keys(entry.data).length > 0 && (
          <>
            <dt>{t("admin.audit.detail.data")}</dt>
            <dd>
              <pre>{JSON.stringify(entry.data, null, 2)}</pre>
            </dd>
          </>
        )}
      </dl>
      <button
        type="button"
        className="btn"
        onClick={() => {
          onActor({ id: entry.actor, name: read.who(entry) });
        }}
      >
        {t("admin.audit.detail.sameActor")}
      </button>
      {entry.subject !== "" && (
        <button
          type="button"
          className="btn"
          onClick={() => {
            onSubject({ id: entry.subject, name: read.on(entry.subject) });
          }}
        >
          {t("admin.audit.detail.sameSubject")}
        </button>
      )}
    </Dialog>
  );
}
