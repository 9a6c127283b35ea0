import { useTranslation } from "react-i18next";
import { restoreDate } from "../../api/planning";
import { currentLanguage } from "../../i18n";
import { Dialog, ErrorNotice } from "../../ui";
import { whenInSentence } from "../../ui/when";
import type { OneDateProps } from "./CancelDate";
import { useToldWords } from "./mailing";
import s from "./planning.module.css";
import { useAct } from "./useAct";

/** Takes a cancelled date back, as the series has it. */
export function RestoreDate({ current: { meeting, etag }, date, onDone, onClose, onOvertaken }: OneDateProps) {
  const { t } = useTranslation();
  const told = useToldWords(meeting);
  const restore = useAct(() => restoreDate(meeting.id, etag, date.id), meeting.id, (now) => { onDone("restored", now); }, onOvertaken);
  return (
    <Dialog title={t("planning.restoreDateTitle", { date: whenInSentence(date.start, date.end, currentLanguage(), meeting.timeZone) })} onClose={onClose}>
      <p>
        {t("planning.restoreDateLead")} {told}
      </p>
      {restore.error !== undefined && <ErrorNotice error={restore.error} />}
      <div className={s.acts}>
        <button
          type="button"
          className="btn primary"
          aria-disabled={restore.busy}
          onClick={() => {
            restore.act(undefined);
          }}
        >
          {t("planning.restoreDate")}
        </button>
        <button type="button" className="btn" onClick={onClose}>
          {t("planning.leaveCancelled")}
        </button>
      </div>
    </Dialog>
  );
}
