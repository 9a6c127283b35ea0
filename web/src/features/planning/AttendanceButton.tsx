import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { asApiError } from "../../api/error";
import { listMeetingSessions, type MeetingSession } from "../../api/history";
import type { AgendaEntry } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { useErrorText } from "../../ui";
import { ownZone, whenInWords } from "../../ui/when";
import s from "./planning.module.css";
import { localDay } from "./words";

/** Whether a session of the meeting is of this date: who hosts a room of the meeting's own may begin before it opens. */
function isOf({ id, opens, closes }: AgendaEntry, { occurrence, startedAt, endedAt }: MeetingSession): boolean {
  if (occurrence !== undefined) return occurrence === id;
  return Date.parse(startedAt) < Date.parse(closes) && (endedAt === undefined || Date.parse(endedAt) > Date.parse(opens));
}

/** The sessions of one date, the first first: who leaves and comes back later begins another one. */
async function sessionsOf(entry: AgendaEntry): Promise<MeetingSession[]> {
  const day = 86_400_000; // a session begins no longer before its date opens
  const found: MeetingSession[] = [];
  for (let cursor = ""; ; ) {
    const page = await listMeetingSessions(entry.meeting, cursor);
    found.push(...page.items.filter((session) => isOf(entry, session)));
    const oldest = page.items.at(-1);
    if (page.next === undefined || oldest === undefined || Date.parse(oldest.startedAt) < Date.parse(entry.opens) - day) return found.reverse();
    cursor = page.next;
  }
}

const hrefOf = ({ slug, id }: MeetingSession) => `/rooms/${slug}/sessions/${id}`;

/** Leads to the attendance list of a date, or to each of them, or says that there is none. */
export function AttendanceButton({ entry }: { entry: AgendaEntry }) {
  const { t } = useTranslation();
  const [from, go] = useLocation();
  const text = useErrorText();
  const look = useMutation({
    mutationFn: () => sessionsOf(entry),
    onSuccess: ([session, ...more]) => {
      if (session !== undefined && more.length === 0) go(hrefOf(session), { state: { from } });
    },
  });
  const found = look.data ?? [];
  const nobody = look.isSuccess && found.length === 0;
  const several = found.length > 1;
  return (
    <div className={s.rowActs}>
      <span role="status" className={nobody || several || look.isError ? `small muted ${s.said ?? ""}` : "visually-hidden"}>
        {nobody && t("planning.nobodyCame")}
        {several && t("planning.attendances", { count: found.length })}
        {look.isError && text(asApiError(look.error).code)}
      </span>
      {several && <Sessions all={found} from={from} />}
      {!nobody && !several && (
        <button
          type="button"
          className="btn quiet"
          aria-label={t("planning.attendanceOf", { name: entry.title, date: localDay(entry.start, currentLanguage()) })}
          disabled={look.isPending}
          onClick={() => {
            look.mutate();
          }}
        >
          {t("planning.attendance")}
        </button>
      )}
    </div>
  );
}

function Sessions({ all, from }: { all: readonly MeetingSession[]; from: string }) {
  const { t } = useTranslation();
  return (
    <ul className={s.sessions}>
      {all.map((session) => (
        <li key={session.id}>
          <Link href={hrefOf(session)} state={{ from }}>
            {whenInWords(session.startedAt, session.endedAt ?? session.startedAt, currentLanguage(), ownZone())}
          </Link>{" "}
          <span className="small muted">{t("planning.came", { count: session.participants })}</span>
        </li>
      ))}
    </ul>
  );
}
