import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { getMeeting, type Occurrence, type Overrides, type VersionedMeeting } from "../../api/meetings";
import { changeDate } from "../../api/planning";
import { keys, useDates, useMe, useMeeting } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Busy, useTitle } from "../../ui";
import { namedDay } from "../../ui/when";
import { Conflict } from "./Conflict";
import { draftOf, type Draft } from "./draft";
import { NotMine } from "./EditMeetingPage";
import { begunIn, changeOfPart, goOnWith, partFrom, questionOfPart } from "./following";
import { leads } from "./leads";
import { MeetingEditor } from "./MeetingEditor";
import s from "./planning.module.css";
import { movesDates } from "./request";
import type { Saved } from "./SavedNotice";
import { isFirst } from "./ScopeChoice";
import { Failed } from "./SignedInOnly";
import { useBegun } from "./useBegun";

/** A date of a series and all that follow, with everything that a meeting of their own says. */
export function ChangeFollowingPage({ id, date }: { id: string; date: string }) {
  const { t } = useTranslation();
  const meeting = useMeeting(id);
  const dates = useDates(id);
  const me = useMe().data;
  useTitle(t("planning.followingTitle"));
  const failed = [meeting, dates].find(({ isError, data }) => isError && data === undefined);
  return (
    <div className="page">
      <h1>{t("planning.followingTitle")}</h1>
      {failed === undefined && (meeting.data === undefined || dates.data === undefined || me === undefined) && <Busy label={t("common.loading")} />}
      {failed !== undefined && <Failed error={failed.error} path={`/meetings/${id}/dates/${date}/edit`} retry={() => void failed.refetch()} />}
      {meeting.data !== undefined && dates.data !== undefined && me !== undefined && (
        leads(meeting.data.meeting, me) ? <Parting current={meeting.data} id={date} dates={dates.data} /> : <NotMine id={id} />
      )}
    </div>
  );
}

/** What is parted is what was read, and stays while somebody else writes. */
function Parting({ current, id, dates }: { current: VersionedMeeting; id: string; dates: readonly Occurrence[] }) {
  const [read] = useState({ current, dates });
  const date = read.dates.find((one) => one.id === id);
  return date === undefined || date.cancelled === true ? <Unparted id={current.meeting.id} /> : <Following current={read.current} date={date} dates={read.dates} />;
}

/** A date that is over, was cancelled or begins the series parts nothing. */
function Unparted({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="muted">{t("planning.followingNone")}</p>
      <div className={s.acts}>
        <Link className="btn" href={`/meetings/${id}`}>
          {t("planning.page")}
        </Link>
      </div>
    </>
  );
}

function Following({ current, date, dates }: { current: VersionedMeeting; date: Occurrence; dates: readonly Occurrence[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const begun = useBegun(date.start);
  const [base, setBase] = useState(current);
  const latest = useRef(current);
  const [round, setRound] = useState(0);
  const { id, timeZone } = base.meeting;
  const part = partFrom(base.meeting, date, dates);
  const initial = draftOf(part);
  const [begins] = useState(() => goOnWith(initial, begunIn(history.state)));
  if (begun || isFirst(base.meeting, date)) return <Unparted id={id} />;
  const day = namedDay(date.start, currentLanguage(), timeZone);
  const write = (draft: Draft, overrides?: Overrides) => {
    const change = changeOfPart(part, draft, partFrom(latest.current.meeting, date, dates));
    if (Object.keys(change).length === 0) return Promise.resolve(base); // nothing that differs parts nothing
    return changeDate(id, latest.current.etag, { occurrence: date.id, scope: "thisAndFollowing", change, ...(overrides === undefined ? {} : { overrides }) });
  };
  return (
    <>
      <p>{t("planning.followingLead", { date: day })}</p>
      <MeetingEditor
        key={round}
        id={id}
        organizer={base.meeting.organizer?.user}
        initial={initial}
        begins={round === 0 ? begins : {}}
        part={(draft) => questionOfPart(part, date, draft)}
        moves={(draft) => movesDates(changeOfPart(part, draft))}
        label={t("common.save")}
        write={write}
        onSaved={({ meeting }, saved) => {
          const made = meeting.id !== id;
          void queries.invalidateQueries({ queryKey: keys.meeting(id) }); // it ends before these dates, now
          go(`/meetings/${meeting.id}`, made ? { state: { saved: { ...saved, words: t("planning.parted", { date: day }) } satisfies Saved } } : {});
        }}
        conflict={(again) => (
          <Conflict
            keep={() => {
              getMeeting(id).then((now) => {
                latest.current = now;
                again();
              }, () => undefined);
            }}
            take={() => {
              getMeeting(id).then((now) => {
                setBase(now);
                latest.current = now;
                setRound(round + 1);
              }, () => undefined);
            }}
          />
        )}
      />
    </>
  );
}
