import type { AgendaEntry } from "../../api/meetings";

/** How many days the home page looks ahead, today included. */
export const daysAhead = 8;

/** A room closes a day after its meeting at most: what began before today may still be open. */
const before = 2;

export interface Day {
  /** Midnight of it, where the reader is. */
  date: Date;
  entries: AgendaEntry[];
}

export interface Grouped {
  /** One comes in to these at once. */
  now: AgendaEntry[];
  days: Day[];
}

function midnight(moment: Date, later = 0): Date {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + later);
}

/** What is asked for, the same all day long. */
export function windowOf(now: Date): { from: Date; to: Date } {
  return { from: midnight(now, -before), to: midnight(now, daysAhead) };
}

/** What is on first, the rest by the days of the reader; what is over is left out. */
export function grouped(entries: readonly AgendaEntry[], now: Date): Grouped {
  const on: AgendaEntry[] = [];
  const days = new Map<number, Day>();
  for (const entry of entries) {
    if (Date.parse(entry.closes) <= now.getTime()) continue;
    if (Date.parse(entry.opens) <= now.getTime()) {
      on.push(entry);
      continue;
    }
    const date = midnight(new Date(entry.start));
    const day = days.get(date.getTime()) ?? { date, entries: [] };
    days.set(date.getTime(), day);
    day.entries.push(entry);
  }
  return { now: on, days: [...days.values()].sort((a, b) => a.date.getTime() - b.date.getTime()) };
}

/** When the page next looks otherwise: a room opens or closes, or a day begins. */
export function nextTurn(entries: readonly AgendaEntry[], now: Date): Date {
  const turns = entries.flatMap(({ opens, closes }) => [Date.parse(opens), Date.parse(closes)]).filter((turn) => turn > now.getTime());
  return new Date(Math.min(midnight(now, 1).getTime(), ...turns));
}

/** Whole days from now to a day: 0 is today. A day on which the clocks are changed is a day. */
export function daysTo(day: Date, now: Date): number {
  return Math.round((midnight(day).getTime() - midnight(now).getTime()) / 86_400_000);
}
