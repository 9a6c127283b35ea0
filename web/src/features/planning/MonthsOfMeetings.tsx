import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { AgendaEntry } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { betweenClocks, namedDayOf } from "../../ui/time";
import { monthName, type MonthOfMeetings } from "./coming";
import { localOfId } from "./days";
import s from "./planning.module.css";
import { repeatsOf } from "./repeats";
import { repeatsInWords } from "./words";

interface MonthsProps {
  months: readonly MonthOfMeetings[];
  now: number;
  /** The reader's own. */
  name: string;
}

/** Dates under the names of their months and days. */
export function MonthsOfMeetings({ months, now, name }: MonthsProps) {
  const language = currentLanguage();
  return months.map(({ date: month, days }) => (
    <div key={month.getTime()} className={s.month}>
      <h2>{capital(monthName(month, language), language)}</h2>
      {days.map(({ date, entries }) => {
        const id = `day-${String(date.getTime())}`;
        return (
          <div key={id} className={s.dayOfMonth}>
            <h3 id={id}>{capital(namedDayOf(date.toISOString(), language), language)}</h3>
            <ul className="card rows" aria-labelledby={id}>
              {entries.map((entry) => (
                <Row key={entry.meeting + entry.id} entry={entry} now={now} name={name} />
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  ));
}

const capital = (text: string, language: string) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);

function Row({ entry, now, name }: { entry: AgendaEntry; now: number; name: string }) {
  const { t } = useTranslation();
  const { title, leads, organizer, rsvp, moved, recurs } = entry;
  const open = Date.parse(entry.opens) <= now;
  return (
    <li>
      <div className={s.coming}>
        <span className={`time ${s.clock ?? ""}`}>{betweenClocks(entry.start, entry.end, currentLanguage())}</span>
        <div>
          <Link className={s.name} href={`/meetings/${entry.meeting}`}>
            <bdi>{title}</bdi>
          </Link>
          <div className="small muted">
            {leads && organizer === name ? t("planning.organizedByMe") : t("planning.organizedBy", { name: organizer })}
            {recurs && ` · ${seriesInWords(entry, t)}`}
          </div>
          {(rsvp !== undefined || moved === true) && (
            <div className={s.marks}>
              {rsvp !== undefined && <span className="tag">{t(`home.myAnswer.${rsvp}`)}</span>}
              {moved === true && <span className="tag">{t("home.moved")}</span>}
            </div>
          )}
        </div>
      </div>
      {open && (
        <Link className="btn primary" href={`/${entry.slug}`} aria-label={t("home.joinOf", { name: title })}>
          {t("home.join")}
        </Link>
      )}
    </li>
  );
}

/** How a series repeats, where words can say it; any date of it says the rest of its rule as well as the first. */
function seriesInWords({ id, rules = [] }: AgendaEntry, t: TFunction): string {
  const start = localOfId(id);
  const { pattern } = repeatsOf(rules, start);
  if (pattern.kind === "none" || pattern.kind === "other") return t("planning.series");
  return repeatsInWords({ pattern, end: { kind: "never" } }, start, currentLanguage(), t);
}
