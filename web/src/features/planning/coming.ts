import { anyMeetingAfter, getAgenda, type AgendaEntry } from "../../api/meetings";
import { inWords } from "../../ui/time";

const day = 86_400_000;

/** How far one page of the list looks; where nothing is, the longest time that the agenda is read for. */
const near = 30 * day;
const far = 100 * day;
const most = 20; // steps over nothing: five years, as long as a series lasts

export interface Stretch {
  entries: AgendaEntry[];
  /** Where the next one begins; null when nothing comes after this. */
  next: number | null;
}

/** A month that one can jump to. */
export interface Month {
  /** yyyy-mm */
  value: string;
  start: Date;
  end: Date;
}

const years = 3; // that one can jump ahead; what is later follows in the list

/** The months after the present one, where the reader is. */
export function monthsAfter(now: number): Month[] {
  const today = new Date(now);
  return Array.from({ length: years * 12 }, (_, i) => {
    const start = new Date(today.getFullYear(), today.getMonth() + 1 + i, 1);
    const end = new Date(today.getFullYear(), today.getMonth() + 2 + i, 1);
    return { value: `${String(start.getFullYear())}-${String(start.getMonth() + 1).padStart(2, "0")}`, start, end };
  });
}

export const monthName = (month: Date, language: string): string => inWords(month, language, { month: "long", year: "numeric" });

/** The dates from a moment on, up to the end of a month of which there are some. till: how far it looks at first. */
export async function readStretch(from: number, signal?: AbortSignal, till = from + near): Promise<Stretch> {
  let start = from;
  for (let step = 0; ; step++) {
    const end = step === 0 ? till : start + far;
    const [entries, later] = await Promise.all([getAgenda(new Date(start), new Date(end), signal), anyMeetingAfter(new Date(end), signal)]);
    if (entries.length > 0 || !later || step === most) return { entries, next: later ? end : null };
    start = end;
  }
}

/** As long ahead as anything is planned, and more. */
export const endOfSearch = (now: number): Date => new Date(now + 30 * 366 * day);

export interface DayOfMeetings {
  date: Date;
  entries: AgendaEntry[];
}
export interface MonthOfMeetings {
  date: Date;
  days: DayOfMeetings[];
}

/** The months and days of the reader, first the first. What is on since yesterday stands under its own day. */
export function byMonth(entries: readonly AgendaEntry[]): MonthOfMeetings[] {
  // A date that reaches over the edge of two stretches is in both.
  const once = new Map(entries.map((entry) => [entry.meeting + entry.id, entry]));
  const months = new Map<number, MonthOfMeetings>();
  for (const entry of [...once.values()].sort((a, b) => a.start.localeCompare(b.start))) {
    const start = new Date(entry.start);
    const first = new Date(start.getFullYear(), start.getMonth(), 1);
    const month = months.get(first.getTime()) ?? { date: first, days: [] };
    months.set(first.getTime(), month);
    const date = new Date(start.getFullYear(), start.getMonth(), start.getDate());
    const last = month.days.at(-1);
    if (last?.date.getTime() === date.getTime()) last.entries.push(entry);
    else month.days.push({ date, entries: [entry] });
  }
  return [...months.values()];
}
