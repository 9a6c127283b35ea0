import type { NewMeeting } from "../../api/meetings";
import { addDays, addMonths, dayOfMonth, monthOf, weekdayOf, weekdays, weekOfMonth, positions, type Position, type Weekday } from "./days";

/** When a series ends: with a day, the last that counts, or after so many times. */
export type End = { kind: "never" } | { kind: "until"; date: string } | { kind: "count"; count: number };

/** How a meeting repeats, as people say it. */
export type Pattern =
  | { kind: "none" }
  | { kind: "daily"; every: number }
  | { kind: "weekdays" }
  | { kind: "weekly"; every: number; days: readonly Weekday[] }
  /** day: 1 to 31, or -1 for the last. */
  | { kind: "monthlyByDay"; every: number; day: number }
  | { kind: "monthlyByWeekday"; every: number; position: Position; day: Weekday }
  | { kind: "yearly"; every: number }
  /** What these words cannot say: it is kept as it is. */
  | { kind: "other"; rules: readonly string[] };

export type Kind = Pattern["kind"];
export const kinds = ["none", "daily", "weekdays", "weekly", "monthlyByDay", "monthlyByWeekday", "yearly"] as const satisfies Kind[];

export interface Repeats {
  pattern: Pattern;
  end: End;
}

const never: End = { kind: "never" };
export const once: Repeats = { pattern: { kind: "none" }, end: never };

const working: readonly Weekday[] = weekdays.slice(0, 5);
const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((one) => b.includes(one));

/** The rules of RFC 5545 that say it. */
export function rulesOf({ pattern, end }: Repeats): string[] {
  if (pattern.kind === "none") return [];
  if (pattern.kind === "other") return [...pattern.rules];
  return [[...parts(pattern), ...endParts(end)].join(";")];
}

function parts(pattern: Exclude<Pattern, { kind: "none" | "other" }>): string[] {
  const often = "every" in pattern && pattern.every > 1 ? [`INTERVAL=${String(pattern.every)}`] : [];
  switch (pattern.kind) {
    case "daily":
      return ["FREQ=DAILY", ...often];
    case "weekdays":
      return ["FREQ=WEEKLY", `BYDAY=${working.join(",")}`];
    case "weekly":
      return ["FREQ=WEEKLY", ...often, `BYDAY=${weekdays.filter((day) => pattern.days.includes(day)).join(",")}`];
    case "monthlyByDay":
      return ["FREQ=MONTHLY", ...often, `BYMONTHDAY=${String(pattern.day)}`];
    case "monthlyByWeekday":
      return ["FREQ=MONTHLY", ...often, `BYDAY=${String(pattern.position)}${pattern.day}`];
    case "yearly":
      return ["FREQ=YEARLY", ...often];
  }
}

function endParts(end: End): string[] {
  switch (end.kind) {
    case "never":
      return [];
    case "until":
      return [`UNTIL=${end.date.replaceAll("-", "")}`];
    case "count":
      return [`COUNT=${String(end.count)}`];
  }
}

/** What rules say, in words; start is the local start of the series, yyyy-mm-ddThh:mm:ss. */
export function repeatsOf(rules: readonly string[], start: string): Repeats {
  const [rule] = rules;
  if (rule === undefined) return once;
  const said = rules.length === 1 ? wordsOf(partsOf(rule), start) : undefined;
  return said ?? { pattern: { kind: "other", rules }, end: never };
}

function partsOf(rule: string): Map<string, string> {
  const pairs = rule.toUpperCase().replace(/^RRULE:/, "").split(";");
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

function wordsOf(said: Map<string, string>, start: string): Repeats | undefined {
  const end = endOf(said, start);
  const every = Number(said.get("INTERVAL") ?? "1");
  if (end === undefined || !Number.isInteger(every) || every < 1) return undefined;
  const frequency = said.get("FREQ");
  const rest = new Map([...said].filter(([name]) => !["FREQ", "INTERVAL", "COUNT", "UNTIL"].includes(name)));
  if (rest.get("WKST") === "MO") rest.delete("WKST"); // what it is without being said
  const pattern = patternOf(frequency, every, rest, start);
  return pattern && { pattern, end };
}

function patternOf(frequency: string | undefined, every: number, by: Map<string, string>, start: string): Pattern | undefined {
  const names = [...by.keys()];
  const days = by.get("BYDAY")?.split(",") ?? [];
  const onlyDays = names.length === 0 || same(names, ["BYDAY"]);
  switch (frequency) {
    case "DAILY":
      if (names.length === 0) return { kind: "daily", every };
      return every === 1 && onlyDays && same(days, working) ? { kind: "weekdays" } : undefined;
    case "WEEKLY":
      return onlyDays ? weekly(every, days, start) : undefined;
    case "MONTHLY":
      return monthly(every, by, start);
    case "YEARLY":
      return isAnniversary(by, start) ? { kind: "yearly", every } : undefined;
    default:
      return undefined;
  }
}

function weekly(every: number, days: readonly string[], start: string): Pattern | undefined {
  if (days.length === 0) return { kind: "weekly", every, days: [weekdayOf(start)] };
  const known = weekdays.filter((day) => days.includes(day));
  if (known.length !== days.length) return undefined;
  return every === 1 && same(known, working) ? { kind: "weekdays" } : { kind: "weekly", every, days: known };
}

function monthly(every: number, by: Map<string, string>, start: string): Pattern | undefined {
  const names = [...by.keys()];
  if (names.length === 0) return { kind: "monthlyByDay", every, day: dayOfMonth(start) };
  if (same(names, ["BYMONTHDAY"])) {
    const day = Number(by.get("BYMONTHDAY"));
    return day === -1 || (day >= 1 && day <= 31) ? { kind: "monthlyByDay", every, day } : undefined;
  }
  // "The last Friday" has two spellings: BYDAY=-1FR, and BYDAY=FR;BYSETPOS=-1.
  if (!same(names, ["BYDAY"]) && !same(names, ["BYDAY", "BYSETPOS"])) return undefined;
  const [, before = "", name] = /^([+-]?\d+)?([A-Z]{2})$/.exec(by.get("BYDAY") ?? "") ?? [];
  const day = weekdays.find((one) => one === name);
  const position = positions.find((one) => one === Number(before === "" ? by.get("BYSETPOS") : before));
  if (day === undefined || position === undefined || (before !== "" && by.has("BYSETPOS"))) return undefined;
  return { kind: "monthlyByWeekday", every, position, day };
}

function isAnniversary(by: Map<string, string>, start: string): boolean {
  const names = [...by.keys()];
  if (names.length === 0) return true;
  return same(names, ["BYMONTH", "BYMONTHDAY"]) && Number(by.get("BYMONTH")) === monthOf(start) && Number(by.get("BYMONTHDAY")) === dayOfMonth(start);
}

function endOf(said: Map<string, string>, start: string): End | undefined {
  const until = said.get("UNTIL");
  const count = said.get("COUNT");
  if (count !== undefined) return until === undefined ? { kind: "count", count: Number(count) } : undefined;
  if (until === undefined) return never;
  const [, year, month, day, time] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{6}))?$/.exec(until) ?? [];
  if (year === undefined) return undefined;
  const date = [year, month, day].join("-");
  // A time of day before that of the meeting leaves the last day out.
  const out = time !== undefined && time < start.slice(11, 19).replaceAll(":", "");
  return { kind: "until", date: out ? addDays(date, -1) : date };
}

/** What a way of repeating begins with, for a meeting that starts on a day. */
export function patternFor(kind: Exclude<Kind, "other">, date: string): Pattern {
  switch (kind) {
    case "none":
    case "weekdays":
      return { kind };
    case "daily":
    case "yearly":
      return { kind, every: 1 };
    case "weekly":
      return { kind, every: 1, days: [weekdayOf(date)] };
    case "monthlyByDay":
      return { kind, every: 1, day: dayOfMonth(date) };
    case "monthlyByWeekday":
      return { kind, every: 1, position: weekOfMonth(date), day: weekdayOf(date) };
  }
}

const months = 3; // that a new series lasts, unless its dates are a month apart or more

/** When a new series ends unless one says otherwise: nobody makes one without an end unawares. */
export function usualEnd(kind: Kind, date: string): End {
  switch (kind) {
    case "daily":
    case "weekdays":
    case "weekly":
      return { kind: "until", date: addMonths(date, months) };
    case "monthlyByDay":
    case "monthlyByWeekday":
      return { kind: "count", count: 12 };
    case "yearly":
      return { kind: "count", count: 5 };
    case "none":
    case "other":
      return never;
  }
}

export const isUsualEnd = ({ pattern, end }: Repeats, date: string): boolean => JSON.stringify(end) === JSON.stringify(usualEnd(pattern.kind, date));

/** Another way of repeating; found: how it repeated before anybody chose. The end of what was there, and one that was chosen, stays. */
export function choosing(kind: Exclude<Kind, "other">, { pattern, end }: Repeats, found: Repeats, date: string): Repeats {
  if (kind === found.pattern.kind && (pattern.kind === "none" || kind === "none")) return found;
  if (kind === "none") return once;
  const chosen = pattern.kind !== "none" && (found.pattern.kind !== "none" || !isUsualEnd({ pattern, end }, date));
  return { pattern: kind === found.pattern.kind ? found.pattern : patternFor(kind, date), end: chosen ? end : usualEnd(kind, date) };
}

/** A repetition that goes along when the start moves to another day; the end of a new one as well, where nobody chose it. */
export function followAll(repeats: Repeats, found: Repeats, from: string, to: string): Repeats {
  const { kind } = repeats.pattern;
  const proposed = found.pattern.kind === "none" && isUsualEnd(repeats, from);
  return { pattern: follow(repeats.pattern, from, to), end: proposed ? usualEnd(kind, to) : repeats.end };
}

/** A repetition that said the day of its start goes along when the start moves to another day. */
export function follow(pattern: Pattern, from: string, to: string): Pattern {
  if (pattern.kind === "weekly" && same(pattern.days, [weekdayOf(from)])) return { ...pattern, days: [weekdayOf(to)] };
  if (pattern.kind === "monthlyByDay" && pattern.day === dayOfMonth(from)) return { ...pattern, day: dayOfMonth(to) };
  if (pattern.kind === "monthlyByWeekday" && pattern.day === weekdayOf(from) && isPosition(pattern.position, from)) {
    return { ...pattern, day: weekdayOf(to), position: isPosition(pattern.position, to) ? pattern.position : weekOfMonth(to) };
  }
  return pattern;
}

/** The last Friday may be the fourth. */
function isPosition(position: Position, date: string): boolean {
  return position === -1 ? monthOf(addDays(date, 7)) !== monthOf(date) : Math.ceil(dayOfMonth(date) / 7) === position;
}

export const mostTimes = 1826;

/** What of a repetition cannot be: its interval, that it has no day, its number of times, or its last day. */
export type RepeatMistake = "every" | "days" | "count" | "until";

export function wrongRepeats({ pattern, end }: Repeats, date: string): RepeatMistake | undefined {
  const { kind } = pattern;
  if (kind === "none" || kind === "other") return undefined;
  const number = (n: number, most: number) => Number.isInteger(n) && n >= 1 && n <= most;
  if ("every" in pattern && !number(pattern.every, mostEvery)) return "every";
  if (kind === "weekly" && pattern.days.length === 0) return "days";
  if (end.kind === "count") return number(end.count, mostTimes) ? undefined : "count";
  return end.kind === "until" && (end.date === "" || end.date < date) ? "until" : undefined;
}

export const mostEvery = 99;

/** Whether a meeting was planned as more than one date. */
export function recurs({ recurrence }: Pick<NewMeeting, "recurrence">): boolean {
  return (recurrence?.rules ?? []).length + (recurrence?.rdates ?? []).length > 0;
}
