import { expect, test } from "vitest";
import type { AgendaEntry, Occurrence } from "../../api/meetings";
import { clashesOf, reachOf, windowOf } from "./clashes";

const date = (id: string, start: string, end: string): Occurrence => ({ id, title: "Comité", start, end });
const first = date("20261124T090000", "2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z");
const entry = (title: string, start: string, end: string, more: Partial<AgendaEntry> = {}): AgendaEntry => ({
  meeting: title, slug: "abc-defg-hij", organizer: "Jeanne Morel", leads: true, recurs: false, id: "x", title, start, end, opens: start, closes: end, attendance: true, ...more,
});
const found = (...agenda: AgendaEntry[]) => clashesOf([first], agenda, "this").map((clash) => clash.with.title);

test("a meeting that ends when another begins is in nobody's way", () => {
  expect(found(entry("Avant", "2026-11-24T07:00:00Z", "2026-11-24T08:00:00Z"), entry("Après", "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z"))).toEqual([]);
});

test("what one declined, and the meeting that moves, are in nobody's way", () => {
  const at = ["2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z"] as const;
  expect(found(entry("Refusée", ...at, { rsvp: "declined" }), entry("this", ...at))).toEqual([]);
});

test("what overlaps by a minute is", () => {
  expect(found(entry("Revue", "2026-11-24T08:59:00Z", "2026-11-24T10:00:00Z"))).toEqual(["Revue"]);
});

test("the agenda is read from the first date to the last, and no further than the server allows", () => {
  expect(windowOf([])).toBeUndefined();
  const far = date("20270901T090000", "2027-09-01T07:00:00Z", "2027-09-01T08:00:00Z");
  expect(windowOf([first])).toEqual({ from: new Date(first.start), to: new Date(first.end) });
  expect(windowOf([first, far])?.to).toEqual(new Date("2027-03-04T08:00:00Z"));
});

test("it is known up to which date the agenda was looked through, and whether more follow", () => {
  expect(reachOf([])).toBeUndefined();
  expect(reachOf([first])).toEqual({ until: first.id, further: false });
  const far = date("20270901T090000", "2027-09-01T07:00:00Z", "2027-09-01T08:00:00Z");
  expect(reachOf([first, far])).toEqual({ until: first.id, further: true });
  const ten = Array.from({ length: 10 }, (_, day) => date(`2026120${String(day)}T090000`, `2026-12-${String(day + 10)}T08:00:00Z`, `2026-12-${String(day + 10)}T09:00:00Z`));
  expect(reachOf(ten)).toEqual({ until: "20261209T090000", further: true });
});
