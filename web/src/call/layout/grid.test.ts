import { expect, test } from "vitest";
import { gridOf, tilesThatFit } from "./grid";

test.each([
  [1, 1200, 700, { columns: 1, rows: 1 }],
  [2, 1200, 700, { columns: 2, rows: 1 }],
  [3, 1200, 640, { columns: 2, rows: 2 }],
  [4, 1200, 700, { columns: 2, rows: 2 }],
  [6, 1200, 640, { columns: 3, rows: 2 }],
  [9, 1200, 700, { columns: 3, rows: 3 }],
  [2, 374, 700, { columns: 1, rows: 2 }],
  [3, 374, 700, { columns: 2, rows: 2 }],
  [4, 374, 700, { columns: 2, rows: 2 }],
  [5, 374, 700, { columns: 2, rows: 3 }],
  [4, 304, 600, { columns: 1, rows: 4 }],
  [4, 700, 374, { columns: 2, rows: 2 }],
  [6, 374, 700, { columns: 2, rows: 3 }],
])("%i tiles in %i × %i", (count, width, height, want) => {
  expect(gridOf(count, width, height, 12)).toEqual(want);
});

test("every count has its place", () => {
  for (let count = 1; count <= 60; count += 1) {
    const { columns, rows } = gridOf(count, 1200, 700, 12);
    expect(columns * rows).toBeGreaterThanOrEqual(count);
    expect((columns - 1) * rows).toBeLessThan(count);
  }
});

test("an unmeasured stage has a grid all the same", () => {
  expect(gridOf(3, 0, 0, 12)).toEqual({ columns: 1, rows: 3 });
  expect(gridOf(0, 800, 600, 12)).toEqual({ columns: 1, rows: 1 });
  expect(tilesThatFit(0, 0, 12)).toBe(1);
});

test("a phone shows as many as one can recognize", () => {
  expect(tilesThatFit(374, 700, 12)).toBe(10);
  expect(tilesThatFit(3000, 2000, 12)).toBe(49);
});
