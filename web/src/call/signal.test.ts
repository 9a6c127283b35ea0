import { expect, test } from "vitest";
import { readSignal } from "./signal";

const encode = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

test.each([
  ["nothing", ""],
  ["no JSON", "{"],
  ["a list", []],
  ["no type", { seq: 1 }],
  ["a seq that is no number", { type: "hand", seq: "1" }],
  ["a negative seq", { type: "hand", seq: -1 }],
  ["a message without text", { type: "message", seq: 1, data: { id: "1", participant: "p", name: "n", at: "2026-01-01T00:00:00Z" } }],
  ["a message at no time", { type: "message", seq: 1, data: { id: "1", participant: "p", name: "n", text: "t", at: "soon" } }],
  ["a raised hand without its time", { type: "hand", seq: 1, data: { participant: "p", name: "n", raised: true } }],
  ["reactions without items", { type: "reaction", seq: 0, data: {} }],
  ["a lock that says nothing", { type: "lock", seq: 1, data: {} }],
  ["a spotlight on nobody's list", { type: "spotlight", seq: 1, data: { participants: "p" } }],
  ["a spotlight on numbers", { type: "spotlight", seq: 1, data: { participants: [1] } }],
  ["restrictions of nobody", { type: "restrictions", seq: 1, data: { forbidden: [] } }],
  ["restrictions of nothing", { type: "restrictions", seq: 1, data: { participant: null } }],
  ["a role that does not exist", { type: "role", seq: 1, data: { participant: "p", role: "king" } }],
  ["a name for nobody", { type: "renamed", seq: 1, data: { name: "n" } }],
  ["a mute of the chat", { type: "muted", seq: 0, data: { participant: "p", source: "chat" } }],
])("%s is no signal", (_, value) => {
  expect(readSignal(encode(value))).toBeUndefined();
});

test("bytes that are not UTF-8 are no signal", () => {
  expect(readSignal(new Uint8Array([0xff, 0xfe]))).toBeUndefined();
});

test("a type of a later version still counts in seq", () => {
  expect(readSignal(encode({ type: "lobby", seq: 4, data: {} }))).toEqual({ type: "other", seq: 4 });
});

test("unknown reactions are left out, known ones stay", () => {
  const item = { participant: "p", name: "n", reaction: "clap", count: 2 };
  expect(readSignal(encode({ type: "reaction", seq: 0, data: { items: [item, { ...item, reaction: "kiss" }] } }))).toEqual({
    type: "reaction",
    seq: 0,
    data: { items: [item] },
  });
});

test("acts of hosts say whose they are, and do without where the server does not say", () => {
  const by = { name: "Amine" };
  expect(readSignal(encode({ type: "lock", seq: 3, data: { locked: true, by } }))).toEqual({
    type: "lock",
    seq: 3,
    data: { locked: true, by: "Amine" },
  });
  expect(readSignal(encode({ type: "ended", seq: 0 }))).toEqual({ type: "ended", seq: 0, data: { by: "", byTime: false } });
  expect(readSignal(encode({ type: "unmute-asked", seq: 0, data: { by } }))).toMatchObject({ data: { by: "Amine" } });
  expect(readSignal(encode({ type: "muted", seq: 0, data: { participant: "p", source: "screen", by } }))).toMatchObject({
    data: { participant: "p", source: "screen", by: "Amine" },
  });
});

test("what a later version may forbid besides is left out", () => {
  const data = { participant: null, forbidden: ["poll", "chat"] };
  expect(readSignal(encode({ type: "restrictions", seq: 1, data }))).toMatchObject({ data: { participant: null, forbidden: ["chat"], allowed: [] } });
  const alone = { participant: "p", forbidden: [], allowed: ["chat", "poll"] };
  expect(readSignal(encode({ type: "restrictions", seq: 2, data: alone }))).toMatchObject({ data: { allowed: ["chat"] } });
});

test("an administrator who came in is told with the reach of the role, and never without a name", () => {
  const data = { participant: "p", name: "Paul Girard", organization: "Finances", role: "org-admin", since: "2026-11-20T09:00:00Z" };
  expect(readSignal(encode({ type: "administrator", seq: 3, data }))).toEqual({
    type: "administrator",
    seq: 3,
    data: { participant: "p", name: "Paul Girard", everywhere: false },
  });
  expect(readSignal(encode({ type: "administrator", seq: 3, data: { participant: "p" } }))).toBeUndefined();
});
