import { useTranslation } from "react-i18next";
import type { Meeting, Occurrence } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { ownZone, whenInWords, zoneName } from "../../ui/when";
import { DateLines } from "../invitation";
import { asUtc, minutesOf } from "./days";
import { repeatsOf } from "./repeats";
import { repeatsInWords } from "./words";

/** When a meeting is: its next date, and how it repeats. */
export function WhenLines({ meeting, next }: { meeting: Meeting; next: Occurrence | undefined }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const rules = meeting.recurrence?.rules ?? [];
  return (
    <>
      <p>{next === undefined ? <LocalLine meeting={meeting} /> : <DateLines start={next.start} end={next.end} timeZone={meeting.timeZone} />}</p>
      {rules.length > 0 && <p>{repeatsInWords(repeatsOf(rules, meeting.start), meeting.start, language, t)}</p>}
    </>
  );
}

/** Of a meeting without a date to come the first one, as it was planned. */
function LocalLine({ meeting: { start, duration, timeZone } }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const from = asUtc(start);
  const to = new Date(from.getTime() + minutesOf(duration) * 60_000);
  const time = whenInWords(from.toISOString(), to.toISOString(), currentLanguage(), "UTC");
  return timeZone === ownZone() ? time : t("invitation.inZone", { time, zone: zoneName(timeZone) });
}
