import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getAuditSeal, type AuditSeal } from "../../../api/audit";
import { currentLanguage } from "../../../i18n";
import { Busy, copyText, ErrorNotice, Notice } from "../../../ui";
import { inWords } from "../../../ui/time";
import s from "../admin.module.css";

const many = 1000; // no replica that seals each second leaves as many
const counted = 10_000; // the server counts no further

const verify = (anchor: string) => `parvis audit verify --anchor ${anchor}`;

/** How the seal stands, and what somebody keeps of it. */
export function Seal() {
  const { t } = useTranslation();
  const seal = useQuery({ queryKey: ["admin", "audit", "seal"], queryFn: ({ signal }) => getAuditSeal(signal), staleTime: 0 });
  return (
    <section className={s.part} aria-labelledby="audit-seal">
      <h2 id="audit-seal">{t("admin.audit.seal.title")}</h2>
      {seal.isPending && <Busy label={t("common.loading")} />}
      {seal.isError && <ErrorNotice error={seal.error} />}
      {seal.data !== undefined && <State seal={seal.data} />}
    </section>
  );
}

function State({ seal }: { seal: AuditSeal }) {
  const { t } = useTranslation();
  const number = new Intl.NumberFormat(currentLanguage());
  const waiting = number.format(seal.waiting);
  const anchor = seal.root === undefined ? undefined : `${String(seal.batch)}:${seal.root}`;
  return (
    <>
      {seal.waiting >= many && (
        <Notice tone="warn">
          <p>{t("admin.audit.seal.stuck")}</p>
        </Notice>
      )}
      {anchor === undefined && <p>{t("admin.audit.seal.none")}</p>}
      <dl className={s.facts}>
        {anchor !== undefined && (
          <>
            <dt>{t("admin.audit.seal.batch")}</dt>
            <dd>{number.format(seal.batch)}</dd>
            {seal.sealedAt !== undefined && (
              <>
                <dt>{t("admin.audit.seal.at")}</dt>
                <dd>{inWords(new Date(seal.sealedAt), currentLanguage(), { dateStyle: "long", timeStyle: "medium" })}</dd>
              </>
            )}
            <dt>{t("admin.audit.seal.root")}</dt>
            <dd>
              <code>{anchor}</code>
            </dd>
          </>
        )}
        <dt>{t("admin.audit.seal.waiting")}</dt>
        <dd>{seal.waiting >= counted ? t("admin.audit.seal.waitingMost", { n: waiting }) : waiting}</dd>
        <dt>{t("admin.audit.seal.key")}</dt>
        <dd>
          <code>{seal.keyId}</code>
        </dd>
      </dl>
      {anchor !== undefined && (
        <>
          <CopyAnchor anchor={anchor} />
          <p>{t("admin.audit.seal.verify")}</p>
          <pre className={s.command}>
            <code>{verify(anchor)}</code>
          </pre>
        </>
      )}
    </>
  );
}

function CopyAnchor({ anchor }: { anchor: string }) {
  const { t } = useTranslation();
  const [state, setState] = useState<"copied" | "failed">();
  return (
    <div>
      <button
        type="button"
        className="btn"
        onClick={() => {
          copyText(anchor).then(
            () => {
              setState("copied");
            },
            () => {
              setState("failed");
            },
          );
        }}
      >
        {t("admin.audit.seal.copy")}
      </button>
      <p role="status" className="small muted">
        {state !== undefined && t(`admin.audit.seal.${state}`)}
      </p>
    </div>
  );
}
