import { useTranslation } from "react-i18next";
import type { AttendanceAct } from "../../../api/history";
import { currentLanguage } from "../../../i18n";
import { clockSince } from "../../../ui/time";
import s from "./history.module.css";
import { useActWords } from "./useActWords";

/** What hosts did, oldest first, each as a sentence. */
export function ActList({ acts, start }: { acts: AttendanceAct[]; start: string }) {
  const { t } = useTranslation();
  const words = useActWords();
  return (
    <ol className={`card ${s.actList ?? ""}`} aria-label={t("history.acts")}>
      {acts.map((act, i) => (
        <li key={i} className={s.act}>
          <span className="time muted">{clockSince(act.at, start, currentLanguage())}</span> <span>{words(act)}</span>
          {act.reason !== undefined && <span className="muted"> {t("history.actReason", { reason: act.reason })}</span>}
        </li>
      ))}
    </ol>
  );
}
