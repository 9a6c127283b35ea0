import { toldBetween } from "./tellings";
import { describe, expect, test } from "vitest";
import type { Ability } from "../api/hosting";
import type { Role } from "../api/types";
import { hasGap, hear, joinedAs, read, silent, unsure, type Live, type Said } from "./live";
import { forbiddenTo } from "./rules";
import type { Message, Signal } from "./signal";

const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 9, 0, n)).toISOString();
const line = (n: number): Message => ({ id: `m${String(n)}`, participant: "p1", name: "Amine", text: `line ${String(n)}`, at: at(n) });
const message = (seq: number): Signal => ({ type: "message", seq, data: line(seq) });
const hand = (seq: number, participant: string, raised: boolean): Signal => ({
  type: "hand",
  seq,
  data: { participant, name: participant, raised, ...(raised ? { raisedAt: at(seq) } : {}) },
});
const lock = (seq: number, locked: boolean): Signal => ({ type: "lock", seq, data: { locked, by: "Host" } });
const spotlight = (seq: number, ...participants: string[]): Signal => ({ type: "spotlight", seq, data: { participants } });
const forbid = (seq: number, participant: string | null, ...forbidden: Ability[]): Signal => ({
  type: "restrictions",
  seq,
  data: { participant, forbidden, allowed: [], by: "Host" },
});
const allow = (seq: number, participant: string, ...allowed: Ability[]): Signal => ({
  type: "restrictions",
  seq,
  data: { participant, forbidden: [], allowed, by: "Host" },
});
const promote = (seq: number, participant: string, role: Role): Signal => ({ type: "role", seq, data: { participant, role, by: "Host" } });
const began = (seq: number): Live => read(silent("me", "member"), { seq, hands: [], messages: [] });
const mayNot = ({ rules, role }: Said) => forbiddenTo(rules, role);
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
  expect(hasGap(silent("me", "member"))).toBe(true);
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

test("a rule for everybody does not bind hosts, one of their own does", () => {
  let live = hear(began(0), forbid(1, null, "chat", "screen"));
  expect(mayNot(live.view)).toEqual(["screen", "chat"]);
  live = hear(live, promote(2, "me", "moderator"));
  expect(mayNot(live.view)).toEqual([]);
  live = hear(live, forbid(3, "me", "camera"));
  expect(mayNot(live.view)).toEqual(["camera"]);
  expect(mayNot(hear(live, promote(4, "me", "member")).view)).toEqual(["camera", "screen", "chat"]);
});

test("what hosts do with others is none of one's own", () => {
  const live = began(0);
  const after = [forbid(1, "other", "chat"), promote(2, "other", "owner")].reduce(hear, live);
  expect(after.view).toEqual(live.view);
});

test("who is allowed alone what is forbidden to all is bound anew by a rule that is made later", () => {
  let live = [forbid(1, null, "chat", "screen"), allow(2, "me", "chat")].reduce(hear, began(0));
  expect(mayNot(live.view)).toEqual(["screen"]);
  live = hear(live, forbid(3, null, "screen"));
  expect(mayNot(live.view)).toEqual(["screen"]);
  expect(mayNot(hear(live, forbid(4, null, "chat")).view)).toEqual(["chat"]);
});

test("what is forbidden to one alone stays so when it is allowed to all", () => {
  const state = { seq: 1, hands: [], messages: [], forbiddenToMe: ["chat" as const], forbiddenForAll: ["chat" as const] };
  expect(mayNot(hear(read(began(0), state), forbid(2, null)).view)).toEqual(["chat"]);
});

test("who is renamed keeps the raised hand under the new name", () => {
  const live = hear(hear(began(0), hand(1, "a", true)), { type: "renamed", seq: 2, data: { participant: "a", name: "Amine" } });
  expect(live.view.hands.map(({ name }) => name)).toEqual(["Amine"]);
});

test("after joining anew restrictions are of the new participant", () => {
  const live = read(joinedAs(began(3), "me2", "moderator"), { seq: 3, hands: [], messages: [] });
  expect(live.view.role).toBe("moderator");
  expect(mayNot(hear(live, forbid(4, "me2", "chat")).view)).toEqual(["chat"]);
  expect(mayNot(hear(live, forbid(4, "me", "chat")).view)).toEqual([]);
});

describe("any order, with duplicates and losses, then one reading", () => {
  const all: Signal[] = [
    message(1),
    hand(2, "a", true),
    hand(3, "b", true),
    message(4),
    hand(5, "a", false),
    { type: "other", seq: 6 },
    message(7),
    hand(8, "c", true),
    lock(9, true),
    forbid(10, "me", "chat"),
    forbid(11, null, "chat", "screen"),
    spotlight(12, "b", "a"),
    promote(13, "me", "moderator"),
    forbid(14, "other", "camera"),
    { type: "renamed", seq: 15, data: { participant: "b", name: "Bee" } },
    lock(16, false),
    spotlight(17, "c"),
    promote(18, "me", "member"),
    lock(19, true),
    allow(20, "me", "screen"),
    forbid(21, null, "screen", "camera"),
    allow(22, "other", "camera"),
  ];
  const last = all.length;
  const want = all.reduce(hear, began(0));
  const random = lcg(7);

  test.each(Array.from({ length: 200 }, (_, n) => n))("ends in the same view (%i)", () => {
    const shuffled = shuffle([...all, ...all], random);
    expect(shuffled.reduce(hear, began(0)).view).toEqual(want.view);

    const lossy = shuffled.filter(() => random() > 0.4);
    const partly = lossy.reduce(hear, began(0));
    const { role, locked, rules } = want.view;
    const after = read(partly, {
      seq: last,
      hands: [...want.view.hands],
      messages: [...want.view.messages],
      role,
      locked,
      spotlight: [...want.view.spotlight],
      forbiddenToMe: [...rules.own],
      allowedToMe: [...rules.allowed],
      forbiddenForAll: [...rules.all],
    });
    expect(after.view).toEqual(want.view);
    expect(hasGap(after)).toBe(false);
  });
});

test("when the meeting ends by itself is known from the state, and moves as it is told", () => {
  const state = { seq: 1, hands: [], messages: [], endsAt: "2026-01-01T10:00:00Z" };
  const known = read(silent("me", "member"), state);
  expect(known.view.endsAt).toBe(Date.parse("2026-01-01T10:00:00Z"));
  const later = hear(known, { type: "limits", seq: 2, data: { endsAt: 5 } });
  expect(later.view.endsAt).toBe(5);
  expect(hear(later, { type: "limits", seq: 3, data: { endsAt: undefined } }).view.endsAt).toBeUndefined();
  expect(read(later, { ...state, seq: 4, endsAt: null }).view.endsAt).toBeUndefined();
});

test("what became stricter by who came is known from the state, and grows as it is told", () => {
  const chat = { setting: "chatKeeping", value: "none", lockedBy: ["Ministère Y"] };
  const known = read(silent("me", "member"), { seq: 1, hands: [], messages: [], tightened: [chat] });
  expect(known.view.tightened).toEqual([chat]);
  const names = { setting: "attendanceDays", value: 30, lockedBy: ["Ministère Z"] };
  const later = hear(known, { type: "tightened", seq: 2, data: { tightened: [chat, names] } });
  expect(later.view.tightened).toEqual([chat, names]);
  expect(toldBetween(known.view, later.view, "")).toEqual([{ type: "tightened", what: [names] }]);
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
