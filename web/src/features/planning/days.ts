import { ownZone } from "../../ui/when";

export const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = (typeof weekdays)[number];

/** Which of its kind in a month; -1 is the last. */
export const positions = [1, 2, 3, 4, -1] as const;
export type Position = (typeof positions)[number];

/**
 * Local days and times as the API writes them: yyyy-mm-dd and yyyy-mm-ddThh:mm:ss, without a zone. They are counted as
 * if they were UTC, where all days are alike.
 */
const utc = (day: string) => new Date(`${day.slice(0, 10)}T00:00:00Z`);

export function weekdayOf(day: string): Weekday {
  return weekdays[(utc(day).getUTCDay() + 6) % 7] ?? "MO";
}

export const dayOfMonth = (day: string): number => utc(day).getUTCDate();
export const monthOf = (day: string): number => utc(day).getUTCMonth() + 1;

/** Which Tuesday of its month a Tuesday is; the fifth is called the last. */
export function weekOfMonth(day: string): Position {
  const week = Math.ceil(dayOfMonth(day) / 7);
  return week === 1 || week === 2 || week === 3 || week === 4 ? week : -1;
}

export function addDays(day: string, days: number): string {
  const date = utc(day);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The same day of a later month, or the last of it where it has no such day. */
export function addMonths(day: string, months: number): string {
  const date = utc(day);
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(dayOfMonth(day), last));
  return date.toISOString().slice(0, 10);
}

export function isDay(day: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(utc(day).getTime()) && utc(day).toISOString().startsWith(day);
}

/** The local time that an instant has in a zone. */
export function localIn(instant: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(instant);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("year").padStart(4, "0")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of("second")}`;
}

/** A date's name, 20261124T090000, as the local time that it is made of. */
export function localOfId(id: string): string {
  return id.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})$/, "$1-$2-$3T$4:$5:$6");
}

/** A local time as an instant that Intl writes the same in UTC. */
export const asUtc = (local: string): Date => new Date(`${local}Z`);

/** PT1H30M in minutes. */
export function minutesOf(duration: string): number {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration) ?? [];
  return Number(hours ?? 0) * 60 + Number(minutes ?? 0) + Number(seconds ?? 0) / 60;
}

export function durationOf(minutes: number): string {
  return minutes === 0 ? "PT0S" : `PT${minutes >= 60 ? `${String(Math.floor(minutes / 60))}H` : ""}${minutes % 60 === 0 ? "" : `${String(minutes % 60)}M`}`;
}

/** -P1DT2H in minutes: how long before the start somebody is reminded. */
export function minutesBefore(reminder: string): number {
  const [, weeks, days, hours, minutes] = /^-P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(reminder) ?? [];
  const of = (text: string | undefined) => Number(text ?? 0);
  return ((of(weeks) * 7 + of(days)) * 24 + of(hours)) * 60 + of(minutes);
}

const minutesOfDay = 24 * 60;

export function reminderOf(minutes: number): string {
  const days = Math.floor(minutes / minutesOfDay);
  const rest = minutes % minutesOfDay;
  return `-P${days > 0 ? `${String(days)}D` : ""}${rest > 0 || days === 0 ? `T${String(rest)}M` : ""}`;
}

/** The first moment after a day, where the reader is. */
export function endOfDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}

/** The last day of what ends at a moment, where the reader is. */
export const lastDayBefore = (moment: string): string => localIn(new Date(Date.parse(moment) - 1), ownZone()).slice(0, 10);
