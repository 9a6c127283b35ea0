/** Dates and durations in the language of the page. */

export function dateOf(iso: string, language: string): string {
  return inWords(new Date(iso), language, { dateStyle: "long", timeStyle: "short" });
}

export function dayOf(iso: string, language: string): string {
  return inWords(new Date(iso), language, { dateStyle: "long" });
}

/** "Tuesday 24 November": the day by its name, with the year when it is another one. */
export function namedDayOf(iso: string, language: string, now = new Date()): string {
  const day = new Date(iso);
  const year = day.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return inWords(day, language, { weekday: "long", day: "numeric", month: "long", ...year });
}

// The English of the pages writes the day before the month and counts 24 hours, as the offices do that it is for.
export const regional = (language: string) => (language === "en" ? "en-GB" : language);

/** A day as it is read out: French says "1er décembre", which Intl does not know. */
export function inWords(date: Date, language: string, form: Intl.DateTimeFormatOptions): string {
  const text = new Intl.DateTimeFormat(regional(language), form).format(date);
  return language === "fr" ? text.replace(/(?<!\d)1 (?=\p{L})/u, "1er ") : text;
}

/** "Tuesday 24 November", inside a sentence. */
export function dayInWeek(date: Date, language: string, timeZone?: string): string {
  return inWords(date, language, { weekday: "long", day: "numeric", month: "long", timeZone });
}

export function today(language: string, now = new Date()): string {
  const text = dayInWeek(now, language);
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

export function clockOf(iso: string, language: string): string {
  return new Intl.DateTimeFormat(regional(language), { timeStyle: "short" }).format(new Date(iso));
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** "yesterday", "5 minutes ago": the largest unit that fits. */
export function since(iso: string, language: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  const format = new Intl.RelativeTimeFormat(regional(language), { numeric: "auto" });
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, "second");
}

/** 3:07, 1:02:07 */
export function durationOf(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(total % 60)}` : `${String(minutes)}:${two(total % 60)}`;
}

/** "1 hr, 5 min", "45 sec": what people say of a length of time, to the minute from one minute on. */
export function lengthOf(seconds: number, language: string): string {
  const say = (n: number, unit: "hour" | "minute" | "second") =>
    new Intl.NumberFormat(regional(language), { style: "unit", unit, unitDisplay: "short" }).format(n);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return say(Math.max(0, Math.floor(seconds)), "second");
  if (minutes < 60) return say(minutes, "minute");
  const hours = say(Math.floor(minutes / 60), "hour");
  return minutes % 60 === 0 ? hours : `${hours}\u00a0${say(minutes % 60, "minute")}`;
}

/** The time of day, with the date when it is another day than that of `since`, as the reader's clock counts days. */
export function clockSince(iso: string, since: string, language: string): string {
  return dayOf(iso, language) === dayOf(since, language) ? clockOf(iso, language) : dateOf(iso, language);
}

/** "09:00 – 10:00"; the day, which stands beside it, is that of the start. */
export function betweenClocks(start: string, end: string, language: string, timeZone?: string): string {
  const clock = new Intl.DateTimeFormat(regional(language), { timeStyle: "short", timeZone });
  return `${clock.format(new Date(start))} – ${clock.format(new Date(end))}`;
}
