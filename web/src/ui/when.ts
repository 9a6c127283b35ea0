import { betweenClocks, dayInWeek, inWords } from "./time";

/** When something is, on the clocks of a zone. */

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The city of a zone: "New York" of America/New_York. */
export const zoneName = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** "Mardi 24 novembre, 09:00 – 10:00", on the clocks of a zone, with the year where it is not this one. */
export function whenInWords(start: string, end: string, language: string, timeZone: string): string {
  const text = whenInSentence(start, end, language, timeZone);
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

/** The same within a sentence: "mardi 24 novembre, 09:00 – 10:00". */
export function whenInSentence(start: string, end: string, language: string, timeZone: string): string {
  return `${namedDay(start, language, timeZone)}, ${betweenClocks(start, end, language, timeZone)}`;
}

/** "mardi 24 novembre", within a sentence. */
export function namedDay(start: string, language: string, timeZone: string): string {
  const date = new Date(start);
  const year = (moment: Date) => new Intl.DateTimeFormat("en", { year: "numeric", timeZone }).format(moment);
  return year(date) === year(new Date()) ? dayInWeek(date, language, timeZone) : fullDay(date, language, timeZone);
}

function fullDay(date: Date, language: string, timeZone: string): string {
  return inWords(date, language, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone });
}
