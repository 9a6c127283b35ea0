import { expect, test } from "vitest";
import { dayInWeek, dayOf } from "./time";

test("the first of a month is an ordinal in French, and no other day is", () => {
  expect(dayInWeek(new Date("2026-12-01T12:00:00Z"), "fr", "Europe/Paris")).toBe("mardi 1er décembre");
  expect(dayOf("2026-12-01T12:00:00Z", "fr")).toBe("1er décembre 2026");
  expect(dayOf("2026-11-21T12:00:00Z", "fr")).toBe("21 novembre 2026");
  expect(dayOf("2026-12-01T12:00:00Z", "en")).toBe("1 December 2026");
});
