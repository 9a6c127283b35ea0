import { useTranslation } from "react-i18next";
import type { Answer, Invitee, Meeting, Occurrence } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { whenInWords } from "../../ui/when";

const counted = ["accepted", "tentative", "declined", "needs-action"] as const;
const shown = 5; // dates that are counted; the list of those invited has all

interface AnswerCountsProps {
  meeting: Meeting;
  invitees: readonly Invitee[];
  /** The dates to come. */
  dates: readonly Occurrence[];
}

/** How many come, at a glance: to the series, and to each date to which somebody answers otherwise. */
export function AnswerCounts({ meeting, invitees, dates }: AnswerCountsProps) {
  const { t } = useTranslation();
  const inWords = (answers: readonly Answer[]) =>
    counted
      .flatMap((answer) => {
        const count = answers.filter((one) => one === answer).length;
        return count === 0 ? [] : [t(`invitation.summary.${answer}`, { count })];
      })
      .join(" · ");
  const series = inWords(invitees.map(toAll));
  const differ = dates.filter(({ id }) => invitees.some((invitee) => toDate(invitee, id) !== toAll(invitee)));
  if (differ.length === 0) return <p className="muted">{series}</p>;
  return (
    <ul className="muted">
      <li>{t("invitation.summary.series", { counts: series })}</li>
      {differ.slice(0, shown).map(({ id, start, end }) => (
        <li key={id} className="small">
          {t("invitation.byDate", {
            date: whenInWords(start, end, currentLanguage(), meeting.timeZone),
            answer: inWords(invitees.map((invitee) => toDate(invitee, id))),
          })}
        </li>
      ))}
      {differ.length > shown && <li className="small">{t("invitation.summary.more", { count: differ.length - shown })}</li>}
    </ul>
  );
}

function toAll({ rsvp = "needs-action" }: Invitee): Answer {
  return rsvp;
}

/** An answer to one date stands over that to the series. */
function toDate(invitee: Invitee, date: string): Answer {
  return invitee.answers?.find(({ occurrence }) => occurrence === date)?.rsvp ?? toAll(invitee);
}
