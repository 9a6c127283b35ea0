import type { Step } from "../../../api/usage";

/** How long a report looks back, in days, and the step that reads best at that length. */
export const periods = ["30", "90", "365"] as const;
export type Period = (typeof periods)[number];
export const usualStep: Record<Period, Step> = { "30": "day", "90": "week", "365": "month" };
export const steps: readonly Step[] = ["day", "week", "month"];

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** The first and the last day of a period that ends today, in universal time as the server counts. */
export function spanOf(period: Period, now = new Date()): { from: string; to: string } {
  const from = new Date(now);
  from.setUTCDate(from.getUTCDate() + 1 - Number(period));
  return { from: dayOf(from), to: dayOf(now) };
}
