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
])("%s is no signal", (_, value) => {
  expect(readSignal(encode(value))).toBeUndefined();
});

test("bytes that are not UTF-8 are no signal", () => {
  expect(readSignal(new Uint8Array([0xff, 0xfe]))).toBeUndefined();
});

test("a type of a later version still counts in seq", () => {
  expect(readSignal(encode({ type: "spotlight", seq: 4, data: {} }))).toEqual({ type: "other", seq: 4 });
});

test("unknown reactions are left out, known ones stay", () => {
  const item = { participant: "p", name: "n", reaction: "clap", count: 2 };
  expect(readSignal(encode({ type: "reaction", seq: 0, data: { items: [item, { ...item, reaction: "kiss" }] } }))).toEqual({
    type: "reaction",
    seq: 0,
    data: { items: [item] },
  });
});
