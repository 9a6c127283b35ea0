import type { Meeting, MeetingPatch, Occurrence, Scope } from "../../api/meetings";
import { durationOf, isDay, localIn, localOfId } from "./days";
import { follow, repeatsOf, rulesOf } from "./repeats";
import type { Question } from "./useTrial";

/** One date as one changes it. */
export interface DateDraft {
  title: string;
  date: string;
  time: string;
  minutes: number;
}

export function dateDraftOf(occurrence: Occurrence, timeZone: string): DateDraft {
  const start = localIn(new Date(occurrence.start), timeZone);
  return {
    title: occurrence.title,
    date: start.slice(0, 10),
    time: start.slice(11, 16),
    minutes: Math.round((Date.parse(occurrence.end) - Date.parse(occurrence.start)) / 60_000),
  };
}

/** remaining: how many dates there are from this one on. */
export function changeOfDate(meeting: Meeting, occurrence: Occurrence, draft: DateDraft, scope: Scope, remaining: number): MeetingPatch {
  const before = dateDraftOf(occurrence, meeting.timeZone);
  const moved = draft.date !== before.date || draft.time !== before.time;
  return {
    ...(draft.title.trim() === before.title ? {} : { title: draft.title.trim() }),
    ...(moved ? { start: `${draft.date}T${draft.time}:00` } : {}),
    ...(draft.minutes === before.minutes ? {} : { duration: durationOf(draft.minutes) }),
    ...(scope === "thisAndFollowing" && draft.date !== before.date ? alongWith(meeting, before.date, draft.date, remaining) : {}),
  };
}

/** What the server is asked about a change of a date before it is made; undefined where nothing of its time changes, or it cannot be read. */
export function questionOfDate(meeting: Meeting, occurrence: Occurrence, draft: DateDraft, scope: Scope, change: MeetingPatch): Question | undefined {
  if (!("start" in change || "duration" in change) || !isTimed(draft)) return undefined;
  const { timeZone } = meeting;
  const changing = { meeting: meeting.id, occurrence: occurrence.id, scope };
  if (scope === "this") {
    return { meeting: { title: occurrence.title, start: `${draft.date}T${draft.time}:00`, timeZone, duration: durationOf(draft.minutes) }, changing };
  }
  const { start, duration, recurrence } = change;
  return {
    meeting: {
      title: "-", start: start ?? localOfId(occurrence.id), timeZone, duration: duration ?? meeting.duration,
      ...(recurrence?.rules == null ? {} : { recurrence: { rules: recurrence.rules } }),
    },
    changing,
  };
}

export const isTimed = ({ date, time }: DateDraft): boolean => isDay(date) && /^\d{2}:\d{2}$/.test(time);

/** A series that says the day of this date says the new one from now on: "every Tuesday" becomes "every Wednesday". */
function alongWith(meeting: Meeting, from: string, to: string, remaining: number): MeetingPatch {
  const { pattern, end } = repeatsOf(meeting.recurrence?.rules ?? [], meeting.start);
  const along = follow(pattern, from, to);
  if (along === pattern) return {};
  return { recurrence: { rules: rulesOf({ pattern: along, end: end.kind === "count" ? { kind: "count", count: remaining } : end }) } };
}
