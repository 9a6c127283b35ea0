import { describe, expect, test } from "vitest";
import { hasGap, hear, read, silent, unsure, type Live } from "./live";
import type { Message, Signal } from "./signal";

const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 9, 0, n)).toISOString();
const line = (n: number): Message => ({ id: `m${String(n)}`, participant: "p1", name: "Amine", text: `line ${String(n)}`, at: at(n) });
const message = (seq: number): Signal => ({ type: "message", seq, data: line(seq) });
const hand = (seq: number, participant: string, raised: boolean): Signal => ({
  type: "hand",
  seq,
  data: { participant, name: participant, raised, ...(raised ? { raisedAt: at(seq) } : {}) },
});
const began = (seq: number): Live => read(silent, { seq, hands: [], messages: [] });
const ids = (live: Live) => live.view.messages.map((m) => m.id);
const hands = (live: Live) => live.view.hands.map((h) => h.participant);

test("a signal that was heard, or that the state already holds, changes nothing", () => {
  const live = hear(began(4), message(5));
  expect(hear(live, message(5))).toBe(live);
  expect(hear(live, message(3))).toBe(live);
});

test("a reaction moves no state", () => {
  const live = began(1);
  expect(hear(live, { type: "reaction", seq: 0, data: { items: [] } })).toBe(live);
});

test("before the first reading everything is uncertain", () => {
  expect(hasGap(silent)).toBe(true);
  expect(hasGap(began(0))).toBe(false);
});

test("a jump is a gap, shows at once what came, and closes when the missing one comes", () => {
  let live = hear(began(1), message(3));
  expect(hasGap(live)).toBe(true);
  expect(ids(live)).toEqual(["m3"]);
  live = hear(live, message(2));
  expect(hasGap(live)).toBe(false);
  expect(ids(live)).toEqual(["m2", "m3"]);
});

test("a reading closes the gap and keeps what is newer than it", () => {
  let live = hear(hear(began(1), message(4)), message(3));
  live = read(live, { seq: 3, hands: [], messages: [line(2), line(3)] });
  expect(live.seq).toBe(4);
  expect(hasGap(live)).toBe(false);
  expect(ids(live)).toEqual(["m2", "m3", "m4"]);
});

test("an older reading that comes late is not believed", () => {
  const live = hear(began(5), hand(6, "p1", true));
  expect(hands(read(live, { seq: 4, hands: [], messages: [] }))).toEqual(["p1"]);
});

test("a reading takes down hands and keeps lines that it no longer carries", () => {
  let live = hear(hear(began(0), message(1)), hand(2, "p1", true));
  live = read(live, { seq: 7, hands: [], messages: [line(7)] });
  expect(hands(live)).toEqual([]);
  expect(ids(live)).toEqual(["m1", "m7"]);
});

test("hands stand in the order in which they went up", () => {
  let live = hear(began(0), hand(1, "first", true));
  live = hear(live, hand(3, "third", true));
  live = hear(live, hand(2, "second", true));
  expect(hands(live)).toEqual(["first", "second", "third"]);
});

test("after a loss of connection what is known stays and the state is due", () => {
  const live = unsure(hear(began(0), message(1)));
  expect(hasGap(live)).toBe(true);
  expect(ids(live)).toEqual(["m1"]);
  expect(ids(hear(live, message(9)))).toEqual(["m1", "m9"]);
});

describe("any order, with duplicates and losses, then one reading", () => {
  const all = [message(1), hand(2, "a", true), hand(3, "b", true), message(4), hand(5, "a", false), { type: "other", seq: 6 } as const, message(7), hand(8, "c", true)];
  const want = all.reduce(hear, began(0));
  const random = lcg(7);

  test.each(Array.from({ length: 200 }, (_, n) => n))("ends in the same view (%i)", () => {
    const shuffled = shuffle([...all, ...all], random);
    expect(shuffled.reduce(hear, began(0)).view).toEqual(want.view);

    const lossy = shuffled.filter(() => random() > 0.4);
    const partly = lossy.reduce(hear, began(0));
    const after = read(partly, { seq: 8, hands: [...want.view.hands], messages: [...want.view.messages] });
    expect(after.view).toEqual(want.view);
    expect(hasGap(after)).toBe(false);
  });
});

function lcg(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}
function shuffle<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}
