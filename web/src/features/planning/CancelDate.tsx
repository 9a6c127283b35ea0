import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Occurrence, Scope, VersionedMeeting } from "../../api/meetings";
import { cancelDate } from "../../api/planning";
import { currentLanguage } from "../../i18n";
import { Dialog, ErrorNotice } from "../../ui";
import { whenInWords } from "../../ui/when";
import { useToldWords } from "./mailing";
import s from "./planning.module.css";
import { isFirst, ScopeChoice } from "./ScopeChoice";
import { useAct } from "./useAct";

export interface OneDateProps {
  current: VersionedMeeting;
  date: Occurrence;
  onDone: () => void;
  onClose: () => void;
  onOvertaken: () => void;
}

export function CancelDate({ current: { meeting, etag }, date, onDone, onClose, onOvertaken }: OneDateProps) {
  const { t } = useTranslation();
  const told = useToldWords(meeting);
  const [scope, setScope] = useState<Scope>("this");
  const cancel = useAct(() => cancelDate(meeting.id, etag, date.id, scope), meeting.id, onDone, onOvertaken);
  return (
    <Dialog title={t("planning.cancelDateTitle", { date: whenInWords(date.start, date.end, currentLanguage(), meeting.timeZone) })} onClose={onClose}>
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
