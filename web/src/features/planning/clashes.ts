import type { AgendaEntry, Occurrence } from "../../api/meetings";

/** Another meeting of one's own that takes place while a date does. */
export interface Clash {
  /** The date, by its name. */
  date: string;
  with: AgendaEntry;
}

const days = 86_400_000;
const reach = 100 * days; // as far as an agenda is read at once

/** Which part of the agenda is to be read for dates; undefined when there is no date. */
export function windowOf(dates: readonly Occurrence[]): { from: Date; to: Date } | undefined {
  const [first] = dates;
  if (first === undefined) return undefined;
  const from = Date.parse(first.start);
  const to = Math.max(...dates.map(({ end }) => Date.parse(end)));
  return { from: new Date(from), to: new Date(Math.min(to, from + reach)) };
}

const tried = 10; // dates that a trial names at most

/** Up to which date, by its name, an agenda that was read tells of other meetings, and whether more dates may follow that one. */
export interface Reach {
  until: string;
  further: boolean;
}

export function reachOf(dates: readonly Occurrence[]): Reach | undefined {
  const window = windowOf(dates);
  if (window === undefined) return undefined;
  const within = dates.filter(({ end }) => Date.parse(end) <= window.to.getTime());
  const last = within.at(-1);
  return last === undefined ? undefined : { until: last.id, further: within.length < dates.length || dates.length >= tried };
}

/** What one declined does not count, and neither does the meeting itself: it is the one that moves. */
export function clashesOf(dates: readonly Occurrence[], agenda: readonly AgendaEntry[], meeting?: string): Clash[] {
  const others = agenda.filter((entry) => entry.meeting !== meeting && entry.rsvp !== "declined");
  return dates.flatMap((date) =>
    others.filter((entry) => entry.start < date.end && date.start < entry.end).map((entry) => ({ date: date.id, with: entry })),
  );
}
