import { useTranslation } from "react-i18next";
import type { Meeting, Occurrence } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { DateLines } from "../invitation";
import { repeatsOf } from "./repeats";
import { plannedInWords, repeatsInWords } from "./words";

/** When a meeting is: its next date, and how it repeats. */
export function WhenLines({ meeting, next }: { meeting: Meeting; next: Occurrence | undefined }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const rules = meeting.recurrence?.rules ?? [];
  return (
    <>
      <p>{next === undefined ? plannedInWords(meeting, language, t) : <DateLines start={next.start} end={next.end} timeZone={meeting.timeZone} />}</p>
      {rules.length > 0 && <p>{repeatsInWords(repeatsOf(rules, meeting.start), meeting.start, language, t)}</p>}
    </>
  );
}
