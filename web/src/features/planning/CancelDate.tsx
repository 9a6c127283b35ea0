import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Occurrence, Scope, VersionedMeeting } from "../../api/meetings";
import { cancelDate } from "../../api/planning";
import { currentLanguage } from "../../i18n";
import { Dialog, ErrorNotice } from "../../ui";
import { whenInSentence } from "../../ui/when";
import { useToldWords } from "./mailing";
import s from "./planning.module.css";
import { isFirst, ScopeChoice } from "./ScopeChoice";
import { useAct } from "./useAct";

/** What became of a date, as the page says it. */
export type DateAct = "changed" | "cancelled" | "cancelledFollowing" | "restored";

export interface OneDateProps {
  current: VersionedMeeting;
  date: Occurrence;
  /** now: the meeting that the date is of by then. */
  onDone: (did: DateAct, now: VersionedMeeting | undefined) => void;
  onClose: () => void;
  onOvertaken: () => void;
}

export function CancelDate({ current: { meeting, etag }, date, onDone, onClose, onOvertaken }: OneDateProps) {
  const { t } = useTranslation();
  const told = useToldWords(meeting);
  const [scope, setScope] = useState<Scope>("this");
  const cancel = useAct(
    () => cancelDate(meeting.id, etag, date.id, scope),
    meeting.id,
    (now) => {
      onDone(scope === "this" ? "cancelled" : "cancelledFollowing", now);
    },
    onOvertaken,
  );
  return (
    <Dialog title={t("planning.cancelDateTitle", { date: whenInSentence(date.start, date.end, currentLanguage(), meeting.timeZone) })} onClose={onClose}>
      <p>
        {t("planning.cancelDateLead")} {told}
      </p>
      {!isFirst(meeting, date) && <ScopeChoice legend={t("planning.cancelDate")} words="cancelScopes" scope={scope} onChange={setScope} />}
      {cancel.error !== undefined && <ErrorNotice error={cancel.error} />}
      <div className={s.acts}>
        <button
          type="button"
          className="btn danger"
          aria-disabled={cancel.busy}
          onClick={() => {
            cancel.act(undefined);
          }}
        >
          {t(`planning.cancelScopes.${scope}`)}
        </button>
        <button type="button" className="btn" onClick={onClose}>
          {t("planning.keepMeeting")}
        </button>
      </div>
    </Dialog>
  );
}
