import { betweenClocks, dayInWeek, inWords } from "./time";

/** When something is, on the clocks of a zone. */

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The city of a zone: "New York" of America/New_York. */
export const zoneName = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** "Tuesday 24 November, 09:00 – 10:00", on the clocks of a zone, with the year where it is not this one. */
export function whenInWords(start: string, end: string, language: string, timeZone: string): string {
  const date = new Date(start);
  const year = (moment: Date) => new Intl.DateTimeFormat("en", { year: "numeric", timeZone }).format(moment);
  const day = year(date) === year(new Date()) ? dayInWeek(date, language, timeZone) : fullDay(date, language, timeZone);
  return `${day.charAt(0).toLocaleUpperCase(language)}${day.slice(1)}, ${betweenClocks(start, end, language, timeZone)}`;
}

function fullDay(date: Date, language: string, timeZone: string): string {
  return inWords(date, language, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone });
}
