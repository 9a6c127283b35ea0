import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { asApiError } from "../../../api/error";
import { attendanceFile, attendanceHref, type Attendance } from "../../../api/history";
import { useAttendance, useRoom } from "../../../api/queries";
import { signInHref } from "../../../api/session";
import { currentLanguage } from "../../../i18n";
import { Busy, ErrorNotice, useTitle } from "../../../ui";
import { clockSince, dateOf, dayOf, lengthOf } from "../../../ui/time";
import { ActList } from "./ActList";
import { AttendanceTable } from "./AttendanceTable";
import s from "./history.module.css";

/** Who was in a session, and what hosts did in it. */
export function AttendancePage({ slug, session }: { slug: string; session: string }) {
  const { t } = useTranslation();
  const list = useAttendance(slug, session);
  const room = useRoom(slug).data?.room.name;
  useTitle(t("history.attendance"));
  return (
    <div className={`page ${s.wide ?? ""}`}>
      <div>
        <WayBack slug={slug} />
        <h1>{t("history.attendance")}</h1>
        {room !== undefined && (
          <p>
            <bdi>{room}</bdi>
          </p>
        )}
        {list.data !== undefined && <When attendance={list.data} />}
      </div>
      {list.isPending && <Busy label={t("common.loading")} />}
      {list.isError && <Failed error={list.error} slug={slug} session={session} retry={() => void list.refetch()} />}
      {list.data !== undefined && (
        <List slug={slug} attendance={list.data} busy={list.isFetching} refresh={() => void list.refetch()} />
      )}
    </div>
  );
}

/** To where one came from: a meeting, the list of those that are over, or else the room. */
function WayBack({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const from = (useHistoryState<{ from?: unknown } | null>() ?? {}).from;
  if (from === "/meetings") return <Link href={from}>{t("history.backToMeetings")}</Link>;
  if (typeof from === "string" && from.startsWith("/meetings/")) return <Link href={from}>{t("history.backToMeeting")}</Link>;
  return <Link href={`/rooms/${slug}`}>{t("history.back")}</Link>;
}

function When({ attendance: { session } }: { attendance: Attendance }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const from = dateOf(session.startedAt, language);
  if (session.endedAt === undefined) return <p className="muted">{t("history.since", { from })}</p>;
  const to = clockSince(session.endedAt, session.startedAt, language);
  const length = lengthOf((Date.parse(session.endedAt) - Date.parse(session.startedAt)) / 1000, language);
  return <p className="muted">{t("history.when", { from, to, length })}</p>;
}

function List({ slug, attendance, busy, refresh }: { slug: string; attendance: Attendance; busy: boolean; refresh: () => void }) {
  const { t } = useTranslation();
  const { session, participants, acts, expiresAt } = attendance;
  return (
    <>
      <div className={s.acts}>
        {(["csv", "json"] as const).map((format) => (
          <a key={format} className="btn" href={attendanceHref(slug, session.id, format)} download={attendanceFile(slug, session, format)}>
            {t(`history.download.${format}`)}
          </a>
        ))}
        {session.endedAt === undefined && (
          <button type="button" className="btn" aria-disabled={busy} onClick={refresh}>
            {t("history.refresh")}
          </button>
        )}
      </div>
      <p className="small muted">
        {expiresAt === undefined ? t("history.keptRunning") : t("history.kept", { date: dayOf(expiresAt, currentLanguage()) })}
      </p>
      <section className={s.part} aria-labelledby="attendance-people">
        <h2 id="attendance-people">{t("history.people", { count: participants.length })}</h2>
        <AttendanceTable participants={participants} start={session.startedAt} labelledBy="attendance-people" />
      </section>
      <section className={s.part} aria-labelledby="attendance-acts">
        <h2 id="attendance-acts">{t("history.acts")}</h2>
        {acts.length === 0 ? <p>{t("history.actsNone")}</p> : <ActList acts={acts} start={session.startedAt} />}
      </section>
    </>
  );
}

function Failed({ error, slug, session, retry }: { error: unknown; slug: string; session: string; retry: () => void }) {
  const { t } = useTranslation();
  const { code, passing } = asApiError(error);
  const signIn = code === "sign-in-required" || code === "sign-in-expired";
  return (
    <ErrorNotice
      error={error}
      actions={
        <>
          {passing && (
            <button type="button" className="btn" onClick={retry}>
              {t("common.retry")}
            </button>
          )}
          {signIn && (
            <a className="btn primary" href={signInHref(`/rooms/${slug}/sessions/${session}`)}>
              {t("common.signIn")}
            </a>
          )}
        </>
      }
    />
  );
}
