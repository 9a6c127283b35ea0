import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Occurrence, VersionedMeeting } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { ErrorNotice } from "../../ui";
import { whenInWords } from "../../ui/when";
import { answerTo, DateLines } from "../invitation";
import { CancelDate } from "./CancelDate";
import { ChangeDate } from "./ChangeDate";
import { recurs } from "./repeats";
import s from "./planning.module.css";

const shown = 8;

interface DatesSectionProps {
  current: VersionedMeeting;
  dates: UseQueryResult<Occurrence[]>;
  mine: boolean;
  onOvertaken: () => void;
}

/** The dates to come; who leads the meeting changes or cancels them one by one. */
export function DatesSection({ current, dates, mine, onOvertaken }: DatesSectionProps) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  const [all, setAll] = useState(false);
  const [changing, setChanging] = useState<Occurrence>();
  const [cancelling, setCancelling] = useState<Occurrence>();
  const acted = useRef(false);
  const asking = changing !== undefined || cancelling !== undefined;
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
  };
  const done = () => {
    close();
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
                change: () => {
                  setChanging(date);
                },
                cancel: () => {
                  setCancelling(date);
                },
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
      {changing !== undefined && <ChangeDate current={current} date={changing} dates={list} onDone={done} onClose={close} onOvertaken={overtaken} />}
      {cancelling !== undefined && <CancelDate current={current} date={cancelling} onDone={done} onClose={close} onOvertaken={overtaken} />}
    </section>
  );
}

interface DateRowProps {
  date: Occurrence;
  current: VersionedMeeting;
  /** Absent: the reader may only read. */
  change?: () => void;
  cancel?: () => void;
}

function DateRow({ date, current: { meeting }, change, cancel }: DateRowProps) {
  const { t } = useTranslation();
  const name = whenInWords(date.start, date.end, currentLanguage(), meeting.timeZone);
  const begun = useBegun(date.start);
  const mine = answerTo(meeting.mine ?? {}, date.id);
  return (
    <li>
      <div>
        <DateLines start={date.start} end={date.end} timeZone={meeting.timeZone} /> {date.moved === true && <span className="tag">{t("planning.moved")}</span>}{" "}
        {mine.own && <span className="tag">{t(`invitation.answers.${mine.answer}`)}</span>}
        {date.title !== meeting.title && (
          <div>
            <bdi>{date.title}</bdi>
          </div>
        )}
      </div>
      {change !== undefined && !begun && (
        <div className={s.rowActs}>
          <button type="button" className="btn quiet" aria-label={t("planning.changeDateOf", { date: name })} onClick={change}>
            {t("planning.changeDate")}
          </button>
          <button type="button" className="btn quiet" aria-label={t("planning.cancelDateOf", { date: name })} onClick={cancel}>
            {t("planning.cancelDate")}
          </button>
        </div>
      )}
    </li>
  );
}

/** What has begun when the row is drawn is past changing. */
function useBegun(start: string): boolean {
  const [now] = useState(() => Date.now());
  return Date.parse(start) <= now;
}
