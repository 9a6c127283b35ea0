import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { GivenMember } from "../../../api/members";
import { currentLanguage } from "../../../i18n";
import { CopyButton, Notice } from "../../../ui";
import { dayOf } from "../../../ui/time";
import s from "./members.module.css";

/** The link of an invitation, which the server tells once and keeps nowhere. */
export function InvitationLink({ given, onDone }: { given: GivenMember; onDone: () => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  // It stands above the list, and who made it is below: on a phone that is far away.
  useEffect(() => {
    box.current?.querySelector("button")?.focus();
    box.current?.scrollIntoView({ block: "center" });
  }, [given]);
  if (given.invitation === undefined) return null;
  const { url, expiresAt } = given.invitation;
  return (
    <div ref={box} className={s.link}>
      <Notice
        live
        title={t("members.linkTitle", { name: given.name })}
        actions={
          <>
            <CopyButton url={url} className="btn primary" />
            <button type="button" className="btn" onClick={onDone}>
              {t("members.linkDone")}
            </button>
          </>
        }
      >
        <p>{t("members.linkLead", { date: dayOf(expiresAt, currentLanguage()) })}</p>
        <p className={s.url}>{url}</p>
      </Notice>
    </div>
  );
}
