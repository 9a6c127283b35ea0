import type { TFunction } from "i18next";
import { regional } from "../../ui/time";
import { ownZone, whenInWords, zoneName } from "../../ui/when";
import { asUtc, minutesOf, type Position, type Weekday, weekdays } from "./days";
import type { End, Pattern, Repeats } from "./repeats";

/** A day of the week by its name in the language; 2026-06-01 is a Monday. */
export function weekdayName(day: Weekday, language: string, style: "long" | "short" = "long"): string {
  const date = new Date(Date.UTC(2026, 5, 1 + weekdays.indexOf(day)));
  return new Intl.DateTimeFormat(regional(language), { weekday: style, timeZone: "UTC" }).format(date);
}

const ordinals = { 1: "first", 2: "second", 3: "third", 4: "fourth", "-1": "last" } as const;
export const positionName = (position: Position, t: TFunction): string => t(`planning.position.${ordinals[position]}`);

/** "24 November 2026", of a local day or time. */
export function localDay(local: string, language: string): string {
  return new Intl.DateTimeFormat(regional(language), { dateStyle: "long", timeZone: "UTC" }).format(asUtc(`${local.slice(0, 10)}T00:00:00`));
}

/** When a meeting is as it was planned, on the clocks of its zone: what is left to say of one without a date to come. */
export function plannedInWords({ start, duration, timeZone }: { start: string; duration: string; timeZone: string }, language: string, t: TFunction): string {
  const from = asUtc(start);
  const to = new Date(from.getTime() + minutesOf(duration) * 60_000);
  const time = whenInWords(from.toISOString(), to.toISOString(), language, "UTC");
  return timeZone === ownZone() ? time : t("invitation.inZone", { time, zone: zoneName(timeZone) });
}

/** How a meeting repeats, as a sentence; start is the local day of its start. */
export function repeatsInWords({ pattern, end }: Repeats, start: string, language: string, t: TFunction): string {
  if (pattern.kind === "other") return pattern.rules.join(" · ");
  const repeats = patternInWords(pattern, start, language, t);
  return pattern.kind === "none" ? repeats : endInWords(repeats, end, language, t);
}

function patternInWords(pattern: Exclude<Pattern, { kind: "other" }>, start: string, language: string, t: TFunction): string {
  switch (pattern.kind) {
    case "none":
      return t("planning.says.none");
    case "weekdays":
      return t("planning.says.weekdays");
    case "daily":
      return t("planning.says.daily", { count: pattern.every });
    case "weekly": {
      const names = pattern.days.map((day) => weekdayName(day, language));
      return t("planning.says.weekly", { count: pattern.every, days: new Intl.ListFormat(regional(language), { type: "conjunction" }).format(names) });
    }
    case "monthlyByDay": {
      const days = pattern.day === -1 ? t("planning.says.lastDay") : t("planning.says.day", { day: pattern.day });
      return t("planning.says.monthly", { count: pattern.every, days });
    }
    case "monthlyByWeekday": {
      const days = t("planning.says.weekday", { position: positionName(pattern.position, t), day: weekdayName(pattern.day, language) });
      return t("planning.says.monthly", { count: pattern.every, days });
    }
    case "yearly": {
      const days = new Intl.DateTimeFormat(regional(language), { day: "numeric", month: "long", timeZone: "UTC" }).format(asUtc(`${start.slice(0, 10)}T00:00:00`));
      return t("planning.says.yearly", { count: pattern.every, days });
    }
  }
}

function endInWords(repeats: string, end: End, language: string, t: TFunction): string {
  if (end.kind === "never") return repeats;
  if (end.kind === "count") return t("planning.says.count", { repeats, count: end.count });
  return t("planning.says.until", { repeats, date: end.date === "" ? "…" : localDay(end.date, language) });
}

/** "1 hour 30 minutes", "7 days" */
export function lengthInWords(minutes: number, language: string): string {
  const say = (n: number, unit: "day" | "hour" | "minute") => new Intl.NumberFormat(regional(language), { style: "unit", unit, unitDisplay: "long" }).format(n);
  if (minutes > 0 && minutes % (24 * 60) === 0) return say(minutes / (24 * 60), "day");
  if (minutes < 60) return say(minutes, "minute");
  const hours = say(Math.floor(minutes / 60), "hour");
  return minutes % 60 === 0 ? hours : `${hours} ${say(minutes % 60, "minute")}`;
}
