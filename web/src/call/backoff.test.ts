import { expect, test } from "vitest";
import { backoff } from "./backoff";

test("pauses double up to a bound", () => {
  expect([0, 1, 2, 3, 9].map((n) => backoff(n, undefined, () => 1))).toEqual([500, 1000, 2000, 4000, 15_000]);
});

test("chance spreads people who were cut together, by half at most", () => {
  expect(backoff(2, undefined, () => 0)).toBe(1000);
});

test("what the server asked for is never undercut, and spread a little", () => {
  expect(backoff(0, 5, () => 0)).toBe(5250);
  expect(backoff(8, 5, () => 1)).toBe(7000);
});
