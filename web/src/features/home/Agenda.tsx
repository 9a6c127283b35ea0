import { CalendarPlus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { AgendaEntry } from "../../api/meetings";
import { useAgenda } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { ErrorNotice, useTurn } from "../../ui";
import { betweenClocks, dayInWeek, today } from "../../ui/time";
import { daysTo, grouped, nextTurn, windowOf } from "./agenda";
import s from "./home.module.css";

/** Today and the days to come; what is on now comes first, with one way in. */
export function Agenda() {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => new Date());
  const agenda = useAgenda(windowOf(now));
  const entries = agenda.data ?? [];
  useTurn(nextTurn(entries, now), () => {
    setNow(new Date());
    void agenda.refetch();
  });
  const { now: on, days } = grouped(entries, now);
  const empty = agenda.isSuccess && on.length + days.length === 0;
  return (
    <section className={`card ${s.rooms}`} aria-labelledby="agenda" aria-busy={agenda.isPending}>
      <div className={s.head}>
        <h2 id="agenda">{t("home.agenda")}</h2>
        {!empty && <Plan className="btn quiet" />}
      </div>
      {agenda.isPending && <div className={s.wait} />}
      {agenda.isError && (
        <div className={s.empty}>
          <ErrorNotice
            error={agenda.error}
            actions={
              <button type="button" className="btn" onClick={() => void agenda.refetch()}>
                {t("common.retry")}
              </button>
            }
          />
        </div>
      )}
      {empty && (
        <div className={`${s.empty ?? ""} ${s.invite ?? ""}`}>
          <p className="muted">{t("home.agendaEmpty")}</p>
          <Plan className="btn" />
        </div>
      )}
      {on.length > 0 && <Group id="agenda-now" title={t("home.now")} entries={on} on />}
      {days.map(({ date, entries: of }) => (
        <Group key={date.getTime()} id={`agenda-${String(daysTo(date, now))}`} title={<DayName date={date} now={now} />} entries={of} />
      ))}
      <div className={s.further}>
        <Link className={s.past} href="/meetings">{t("home.allMeetings")}</Link>
      </div>
    </section>
  );
}

function DayName({ date, now }: { date: Date; now: Date }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const days = daysTo(date, now);
  if (days > 1) return today(language, date);
  const day = dayInWeek(date, language);
  return days === 0 ? <>{t("home.today", { date: day })}</> : <>{t("home.tomorrow", { date: day })}</>;
}

function Plan({ className }: { className: string }) {
  const { t } = useTranslation();
  return (
    <Link className={className} href="/meetings/new">
      <CalendarPlus className="ico" aria-hidden="true" />
      <span>{t("home.plan")}</span>
    </Link>
  );
}

function Group({ id, title, entries, on = false }: { id: string; title: ReactNode; entries: AgendaEntry[]; on?: boolean }) {
  return (
    <div className={s.day} data-on={on || undefined}>
      <h3 id={id} className={s.dayName}>
        {title}
      </h3>
      <ul aria-labelledby={id}>
        {entries.map((entry) => (
          <EntryRow key={entry.meeting + entry.id} entry={entry} on={on} />
        ))}
      </ul>
    </div>
  );
}

function EntryRow({ entry, on }: { entry: AgendaEntry; on: boolean }) {
  const { t } = useTranslation();
  const { title } = entry;
  return (
    <li className={s.entry}>
      <span className={`time ${s.when ?? ""}`}>{betweenClocks(entry.start, entry.end, currentLanguage())}</span>
      <div className={s.what}>
        <Link className={s.name} href={`/meetings/${entry.meeting}`}>
          <bdi>{title}</bdi>
        </Link>
        <Remarks entry={entry} />
      </div>
      {on && (
        <Link className="btn primary" href={`/${entry.slug}`} aria-label={t("home.joinOf", { name: title })}>
          {t("home.join")}
        </Link>
      )}
    </li>
  );
}

function Remarks({ entry: { leads, organizer, moved, rsvp } }: { entry: AgendaEntry }) {
  const { t } = useTranslation();
  if (leads && moved !== true) return null; // nobody waits for the answer of who leads it
  return (
    <div className={s.facts}>
      {!leads && (
        <span className="small muted">
          <bdi>{organizer}</bdi>
        </span>
      )}
      {moved === true && <span className="tag">{t("home.moved")}</span>}
      {!leads && rsvp !== undefined && <span className="tag">{t(`home.myAnswer.${rsvp}`)}</span>}
    </div>
  );
}
