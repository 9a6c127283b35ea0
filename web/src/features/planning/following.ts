import type { Meeting, MeetingPatch, Occurrence } from "../../api/meetings";
import { dateDraftOf, type DateDraft } from "./dateChange";
import { localOfId } from "./days";
import type { Draft } from "./draft";
import { changeOf } from "./request";
import { followAll, repeatsOf, rulesOf, type Repeats } from "./repeats";
import { isTimely, type Question } from "./useTrial";

/**
 * A date of a series and all that follow, as the meeting of their own that they become. dates: those to come, with those that were
 * cancelled: a rule counts its dates before any is left out.
 */
export function partFrom(meeting: Meeting, date: Occurrence, dates: readonly Occurrence[]): Meeting {
  const start = localOfId(date.id);
  const { rules = [], rdates = [] } = meeting.recurrence ?? {};
  const later = rdates.filter((one) => one > start);
  const remaining = dates.filter(({ id }) => id >= date.id).length - later.length;
  return { ...meeting, start, recurrence: { rules: rulesOf(counted(repeatsOf(rules, meeting.start), remaining)), rdates: later } };
}

const counted = ({ pattern, end }: Repeats, remaining: number): Repeats => ({ pattern, end: end.kind === "count" ? { kind: "count", count: remaining } : end });

/** What of the part differs; another repetition keeps the single dates that the page has read, and no others. */
export function changeOfPart(part: Meeting, draft: Draft, now: Meeting = part): MeetingPatch {
  const { recurrence, ...change } = changeOf(part, draft, now);
  return { ...change, ...(recurrence === undefined ? {} : { recurrence: { ...recurrence, rdates: [...draft.rdates] } }) };
}

/** What the server is asked about a change of the part; undefined while its dates cannot be read. */
export function questionOfPart(part: Meeting, date: Occurrence, draft: Draft): Question | undefined {
  if (!isTimely(draft)) return undefined;
  const { start = part.start, timeZone = part.timeZone, duration = part.duration, recurrence, access } = changeOfPart(part, draft);
  return {
    meeting: {
      title: "-", start, timeZone, duration, ...(recurrence === undefined ? {} : { recurrence }),
      ...(access?.entry === undefined ? {} : { access: { entry: access.entry } }),
    },
    changing: { meeting: part.id, occurrence: date.id, scope: "thisAndFollowing" },
  };
}

/** What somebody has changed already where only the time and the title of a date could be changed. */
export type Begun = Partial<DateDraft>;

export function begunWith(date: Occurrence, timeZone: string, draft: DateDraft): Begun {
  const before = dateDraftOf(date, timeZone);
  const names = (Object.keys(draft) as (keyof DateDraft)[]).filter((name) => draft[name] !== before[name]);
  return Object.fromEntries(names.map((name) => [name, draft[name]]));
}

/** That, said of the part: its repetition goes along to another day. */
export function goOnWith(part: Draft, begun: Begun): Partial<Draft> {
  const { date } = begun;
  return { ...begun, ...(date === undefined ? {} : { repeats: followAll(part.repeats, part.repeats, part.date, date) }) };
}

/** What the page before has handed on. */
export const begunIn = (state: unknown): Begun => (typeof state === "object" && state !== null && "begun" in state ? (state.begun as Begun) : {});
