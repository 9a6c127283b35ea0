import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Meeting, Occurrence, VersionedMeeting } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { ErrorNotice, Notice } from "../../ui";
import { namedDay, whenInSentence } from "../../ui/when";
import { answerTo, DateLines } from "../invitation";
import { CancelDate, type DateAct } from "./CancelDate";
import { ChangeDate } from "./ChangeDate";
import { useToldWords } from "./mailing";
import { recurs } from "./repeats";
import { RestoreDate } from "./RestoreDate";
import s from "./planning.module.css";
import { useBegun } from "./useBegun";

const shown = 8;

interface DatesSectionProps {
  current: VersionedMeeting;
  dates: UseQueryResult<Occurrence[]>;
  mine: boolean;
  onOvertaken: () => void;
}

/** The dates to come, and those that were cancelled; who leads the meeting changes, cancels or restores them one by one. */
export function DatesSection({ current, dates, mine, onOvertaken }: DatesSectionProps) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  const [all, setAll] = useState(false);
  const [changing, setChanging] = useState<Occurrence>();
  const [cancelling, setCancelling] = useState<Occurrence>();
  const [restoring, setRestoring] = useState<Occurrence>();
  const [said, setSaid] = useState<{ words: string; of: Meeting }>();
  const told = useToldWords(said?.of ?? current.meeting);
  const acted = useRef(false);
  const asking = changing !== undefined || cancelling !== undefined || restoring !== undefined;
  const list = dates.data ?? [];
  // The dialog gives the focus back to the row that one was in, which goes away when its date was cancelled.
  useEffect(() => {
    if (asking || !acted.current || document.activeElement !== document.body) return;
    acted.current = false;
    title.current?.focus();
  }, [asking, dates.data]);
  const close = () => {
    setChanging(undefined);
    setCancelling(undefined);
    setRestoring(undefined);
  };
  const ask = (what: (date: Occurrence) => void) => (date: Occurrence) => {
    setSaid(undefined);
    what(date);
  };
  const done = (date: Occurrence) => (did: DateAct, now: VersionedMeeting | undefined) => {
    close();
    const { meeting } = now ?? current;
    setSaid({ words: t(`planning.dateDone.${did}`, { date: namedDay(date.start, currentLanguage(), meeting.timeZone) }), of: meeting });
    acted.current = true;
  };
  const overtaken = () => {
    close();
    onOvertaken();
  };
  if (!recurs(current.meeting) && list.length > 0) return null; // its one date is the meeting's own
  return (
    <section className={s.section} aria-labelledby="meeting-dates">
      <h2 id="meeting-dates" ref={title} tabIndex={-1}>
        {t("planning.dates")}
      </h2>
      <div role="status">{said !== undefined && <Notice><p>{[said.words, told].join(" ").trim()}</p></Notice>}</div>
      {dates.isError && <ErrorNotice error={dates.error} />}
      {dates.isSuccess && list.length === 0 && <p className="muted">{t("planning.noDates")}</p>}
      {list.length > 0 && (
        <ul className="card rows">
          {list.slice(0, all ? undefined : shown).map((date) => (
            <DateRow
              key={date.id}
              date={date}
              current={current}
              {...(mine && {
                change: ask(setChanging),
                cancel: ask(setCancelling),
                restore: ask(setRestoring),
              })}
            />
          ))}
        </ul>
      )}
      {list.length > shown && !all && (
        <button
          type="button"
          className="btn"
          onClick={() => {
            setAll(true);
          }}
        >
          {t("planning.allDates", { count: list.length })}
        </button>
      )}
      {changing !== undefined && <ChangeDate current={current} date={changing} dates={list} onDone={done(changing)} onClose={close} onOvertaken={overtaken} />}
      {cancelling !== undefined && <CancelDate current={current} date={cancelling} onDone={done(cancelling)} onClose={close} onOvertaken={overtaken} />}
      {restoring !== undefined && <RestoreDate current={current} date={restoring} onDone={done(restoring)} onClose={close} onOvertaken={overtaken} />}
    </section>
  );
}

interface DateRowProps {
  date: Occurrence;
  current: VersionedMeeting;
  /** Absent: the reader may only read. */
  change?: (date: Occurrence) => void;
  cancel?: (date: Occurrence) => void;
  restore?: (date: Occurrence) => void;
}

function DateRow({ date, current: { meeting }, change, cancel, restore }: DateRowProps) {
  const { t } = useTranslation();
  const begun = useBegun(date.start);
  const cancelled = date.cancelled === true;
  const mine = answerTo(meeting.mine ?? {}, date.id);
  const all = {
    on: [{ act: change, name: "prolongDate" }],
    cancelled: [{ act: restore, name: "restoreDate" }],
    coming: [{ act: change, name: "changeDate" }, { act: cancel, name: "cancelDate" }],
  } as const;
  const acts = all[cancelled ? "cancelled" : begun ? "on" : "coming"];
  return (
    <li>
      <div>
        {cancelled ? (
          <s className={s.struck}>
            <DateLines start={date.start} end={date.end} timeZone={meeting.timeZone} />
          </s>
        ) : (
          <DateLines start={date.start} end={date.end} timeZone={meeting.timeZone} />
        )}{" "}
        {cancelled && <span className="tag">{t("planning.cancelled")}</span>}
        {date.moved === true && <span className="tag">{t("planning.moved")}</span>} {mine.own && !cancelled && <span className="tag">{t(`invitation.own.${mine.answer}`)}</span>}
        {date.title !== meeting.title && (
          <div>
            <bdi>{date.title}</bdi>
          </div>
        )}
      </div>
      {change !== undefined && !(begun && cancelled) && (
        <div className={s.rowActs}>
          {acts.map(({ act, name }) => (
            <button
              key={name}
              type="button"
              className="btn quiet"
              aria-label={t(`planning.${name}Of`, { date: whenInSentence(date.start, date.end, currentLanguage(), meeting.timeZone) })}
              onClick={() => act?.(date)}
            >
              {t(`planning.${name}`)}
            </button>
          ))}
        </div>
      )}
    </li>
  );
}
