import type { Step, UsageCount } from "../../../api/usage";
import { regional } from "../../../ui/time";

export const measures = ["sessions", "participants", "minutes", "peak"] as const;
export type Measure = (typeof measures)[number];

/** What people read of a measure: presence in hours. */
export function amountOf(count: UsageCount, measure: Measure): number {
  return measure === "minutes" ? Math.round(count.minutes / 60) : count[measure];
}

/** A span by its first day: "20 Nov", or "November 2026" of a month. Days are of universal time. */
export function spanName(date: string, by: Step, language: string): string {
  const form: Intl.DateTimeFormatOptions = by === "month" ? { month: "long", year: "numeric" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(regional(language), { ...form, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

/** A day in full. */
export function dayName(date: string, language: string): string {
  return new Intl.DateTimeFormat(regional(language), { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}
