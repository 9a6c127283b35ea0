import { expect, test } from "vitest";
import type { AgendaEntry } from "../../api/meetings";
import { daysTo, grouped, nextTurn, windowOf } from "./agenda";

const minutes = 60_000;
const noon = new Date(2026, 10, 24, 12);

/** A date that starts so many minutes after noon and lasts an hour. */
function entry(title: string, after: number, more: Partial<AgendaEntry> = {}): AgendaEntry {
  const start = noon.getTime() + after * minutes;
  const iso = (time: number) => new Date(time).toISOString();
  return {
    meeting: title, slug: "abc-defg-hij", organizer: "Jeanne Morel", leads: true, recurs: false, id: "20261124T090000", title,
    start: iso(start), end: iso(start + 60 * minutes), opens: iso(start - 15 * minutes), closes: iso(start + 90 * minutes), attendance: true, ...more,
  };
}
const titles = (entries: readonly AgendaEntry[]) => entries.map((one) => one.title);

test("what is over is not shown", () => {
  expect(grouped([entry("over", -120)], noon)).toEqual({ now: [], days: [] });
});

test("a room is on from its opening to its closing, whatever the start", () => {
  const on = (after: number) => titles(grouped([entry("it", after)], noon).now).length === 1;
  expect([16, 15, 0, -89, -90].map(on)).toEqual([false, true, true, true, false]);
});

test("the rest stands under the days of the reader, in their order", () => {
  const { now, days } = grouped([entry("on", 5), entry("later today", 180), entry("tomorrow", 24 * 60), entry("in a week", 7 * 24 * 60)], noon);
  expect(titles(now)).toEqual(["on"]);
  expect(days.map((day) => [daysTo(day.date, noon), titles(day.entries)])).toEqual([
    [0, ["later today"]],
    [1, ["tomorrow"]],
    [7, ["in a week"]],
  ]);
});

test("half past eleven at night is today, midnight is tomorrow", () => {
  const { days } = grouped([entry("late", 11.5 * 60), entry("midnight", 12 * 60)], noon);
  expect(days.map((day) => daysTo(day.date, noon))).toEqual([0, 1]);
});

test("a day on which the clocks change is one day", () => {
  for (const [day, next] of [[new Date(2027, 2, 28), new Date(2027, 2, 29)], [new Date(2026, 9, 25), new Date(2026, 9, 26)]] as const) {
    expect(daysTo(next, day)).toBe(1);
  }
});

test("the page turns at the next opening or closing, at midnight at the latest", () => {
  const at = (after: number) => new Date(noon.getTime() + after * minutes);
  expect(nextTurn([], noon)).toEqual(new Date(2026, 10, 25));
  expect(nextTurn([entry("soon", 60), entry("on", -60)], noon)).toEqual(at(30));
  expect(nextTurn([entry("soon", 30), entry("on", -30)], noon)).toEqual(at(15));
});

test("the same is asked for all day long", () => {
  expect(windowOf(noon)).toEqual(windowOf(new Date(2026, 10, 24, 23, 59)));
  expect(windowOf(noon).to).toEqual(new Date(2026, 11, 2));
});
