import { useQueryClient } from "@tanstack/react-query";
import { CalendarArrowDown as CalendarDown, Pencil } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { answerMeeting } from "../../api/invitations";
import type { Meeting, Occurrence, Said, VersionedMeeting } from "../../api/meetings";
import { calendarHref, cancelMeeting } from "../../api/planning";
import { keys, useDates, useMe, useMeeting } from "../../api/queries";
import { alsoSpeak } from "../../i18n";
import { Breakable, Busy, Confirm, CopyButton, Notice, useTitle } from "../../ui";
import { AnswerCard } from "../invitation";
import { DatesSection } from "./DatesSection";
import { Facts } from "./Facts";
import { GuestsSection } from "./GuestsSection";
import { knowsRoom, leads } from "./leads";
import { useToldWords } from "./mailing";
import { recurs } from "./repeats";
import s from "./planning.module.css";
import { SavedNotice } from "./SavedNotice";
import { Failed } from "./SignedInOnly";
import { useAct } from "./useAct";
import { WhenLines } from "./WhenLines";

// What happened is read less often than what is to come: it comes after the page.
const HistorySection = lazy(() => Promise.all([import("../room"), alsoSpeak("call", "history", "hosting")]).then(([m]) => ({ default: m.HistorySection })));

export function MeetingPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const meeting = useMeeting(id);
  const dates = useDates(id); // drawn together with the meeting: nothing on the page jumps
  const me = useMe().data;
  useTitle(meeting.data?.meeting.title ?? t("planning.page"));
  const waiting = meeting.isPending || (meeting.isSuccess && dates.isPending);
  return (
    <div className="page">
      {(waiting || me === undefined) && <Busy label={t("common.loading")} />}
      {meeting.isError && (
        <>
          <h1>{t("planning.page")}</h1>
          <Failed error={meeting.error} path={`/meetings/${id}`} retry={() => void meeting.refetch()} />
        </>
      )}
      {meeting.data !== undefined && !waiting && me !== undefined && <Planned key={id} current={meeting.data} dates={dates} mine={leads(meeting.data.meeting, me)} history={knowsRoom(meeting.data.meeting, me.person?.id)} />}
    </div>
  );
}

function Planned({ current, dates, mine, history }: { current: VersionedMeeting; dates: ReturnType<typeof useDates>; mine: boolean; history: boolean }) {
  const { t } = useTranslation();
  const { meeting } = current;
  const title = useRef<HTMLHeadingElement>(null);
  const [overtaken, setOvertaken] = useState(false);
  const live = meeting.status === "confirmed";
  const { organizer } = meeting;
  const wasOvertaken = () => {
    setOvertaken(true);
    title.current?.focus();
  };
  const slug = meeting.room?.slug ?? "";
  const toCome = (dates.data ?? []).filter(({ cancelled }) => cancelled !== true);
  return (
    <>
      <div className={s.head}>
        <div className={s.title}>
          <h1 ref={title} tabIndex={-1}>
            <bdi>{meeting.title}</bdi>
          </h1>
          {!live && <span className="tag">{t("planning.cancelled")}</span>}
          {live && mine && (
            <Link className="btn quiet" href={`/meetings/${meeting.id}/edit`}>
              <Pencil className="ico" aria-hidden="true" />
              <span>{t("planning.edit")}</span>
            </Link>
          )}
        </div>
        <WhenLines meeting={meeting} next={toCome[0]} />
        <p className="muted">
          {t("planning.organizedBy", { name: organizer?.name ?? "" })}
          {organizer?.onBehalfOf !== undefined && ` ${t("planning.onBehalfOf", { office: organizer.onBehalfOf })}`}
        </p>
        {meeting.splitFrom !== undefined && <OtherPart id={meeting.splitFrom} says={t("planning.continues")} />}
        {meeting.splitInto !== undefined && <OtherPart id={meeting.splitInto} says={t("planning.continued")} />}
      </div>
      <SavedNotice />
      {overtaken && (
        <Notice tone="warn" live>
          <p>{t("planning.reloaded")}</p>
        </Notice>
      )}
      {mine && <Facts meeting={meeting} />}
      {live ? <JoinLink current={current} slug={slug} /> : <Notice tone="warn"><p>{t("planning.cancelledLead")}</p></Notice>}
      {meeting.description !== undefined && <p className={s.text}>{meeting.description}</p>}
      {live && <DatesSection current={current} dates={dates} mine={mine} onOvertaken={wasOvertaken} />}
      {live && meeting.mine !== undefined && <MyAnswer meeting={meeting} said={meeting.mine} dates={toCome} />}
      {mine && <GuestsSection meeting={meeting} dates={toCome} live={live} />}
      {mine && live && (!dates.isSuccess || toCome.length > 0) && <CancelSection current={current} next={toCome[0]} onOvertaken={wasOvertaken} onDone={() => title.current?.focus()} />}
      {mine && history && slug !== "" && (
        <Suspense fallback={null}>
          <HistorySection slug={slug} />
        </Suspense>
      )}
    </>
  );
}

/** The meeting that has the dates before these, or after, for who may read it. */
function OtherPart({ id, says }: { id: string; says: string }) {
  const other = useMeeting(id).data?.meeting;
  if (other === undefined) return null;
  return (
    <p className="muted">
      {says}{" "}
      <Link href={`/meetings/${id}`}>
        <bdi>{other.title}</bdi>
      </Link>
    </p>
  );
}

/** What one answers oneself, where one is invited by one's account. */
function MyAnswer({ meeting, said, dates }: { meeting: Meeting; said: Said; dates: readonly Occurrence[] }) {
  const queries = useQueryClient();
  if (dates.length === 0) return null; // what is over needs no answer
  return (
    <AnswerCard
      said={said}
      dates={recurs(meeting) ? dates : []}
      timeZone={meeting.timeZone}
      answer={async (what) => {
        await answerMeeting(meeting.id, what);
        await queries.invalidateQueries({ queryKey: keys.meeting(meeting.id), exact: true });
        void queries.invalidateQueries({ queryKey: keys.agenda });
      }}
    />
  );
}

function JoinLink({ current: { meeting }, slug }: { current: VersionedMeeting; slug: string }) {
  const { t } = useTranslation();
  const passcode = meeting.access?.passcode ?? "";
  return (
    <section className={`card ${s.link ?? ""}`} aria-label={t("room.link")}>
      <div className={s.url}>
        <div>
          <Breakable text={meeting.links.join} />
        </div>
        <div className="small muted">{t(recurs(meeting) ? "planning.linkHintSeries" : "planning.linkHint")}</div>
        {passcode !== "" && <div>{t("planning.passcodeIs", { passcode })}</div>}
        {passcode === "" && meeting.access?.passcodeRequired === true && <div className="small muted">{t("planning.passcodeAsked")}</div>}
      </div>
      <div className={s.acts}>
        <Link className="btn primary" href={`/${slug}`}>
          {t("planning.join")}
        </Link>
        <CopyButton url={meeting.links.join} />
        <a className="btn" href={calendarHref(meeting.id)} download>
          <CalendarDown className="ico" aria-hidden="true" />
          <span>{t("planning.calendarFile")}</span>
        </a>
      </div>
    </section>
  );
}

interface CancelSectionProps {
  current: VersionedMeeting;
  /** The date that is on, or comes next. */
  next: Occurrence | undefined;
  onDone: () => void;
  onOvertaken: () => void;
}

function CancelSection({ current: { meeting, etag }, next, onDone, onOvertaken }: CancelSectionProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const told = useToldWords(meeting);
  const own = meeting.room?.mode === "dedicated";
  const parts = recurs(meeting) || meeting.splitFrom !== undefined || meeting.splitInto !== undefined; // a series that was parted shares its room
  const held = next !== undefined && meeting.first !== undefined && meeting.first < next.id;
  const lead = [t(held ? "planning.cancelLeadHeld" : "planning.cancelLead"), own ? t(parts ? "planning.cancelRoomShared" : "planning.cancelRoom") : ""].join(" ").trim();
  const close = () => {
    setAsking(false);
  };
  const cancel = useAct(
    async () => {
      await cancelMeeting(meeting.id, etag);
      return undefined;
    },
    meeting.id,
    () => {
      close();
      onDone();
    },
    () => {
      close();
      onOvertaken();
    },
  );
  return (
    <section className={s.section} aria-labelledby="meeting-cancel">
      <h2 id="meeting-cancel">{t("planning.cancelTitle")}</h2>
      <p className="muted">{lead}</p>
      <button
        type="button"
        className="btn danger"
        onClick={() => {
          cancel.forget();
          setAsking(true);
        }}
      >
        {t("planning.cancelMeeting")}
      </button>
      {asking && (
        <Confirm
          title={t("planning.cancelAsk", { title: meeting.title })}
          lead={[lead, told].join(" ").trim()}
          confirm={t("planning.cancelMeeting")}
          dismiss={t("planning.keepMeeting")}
          busy={cancel.busy}
          error={cancel.error}
          onConfirm={() => {
            cancel.act(undefined);
          }}
          onClose={close}
        />
      )}
    </section>
  );
}
