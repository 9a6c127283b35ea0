import { expect, test } from "vitest";
import { isSlug, parseCode } from "./slug";

const here = "https://meet.example.gouv.fr";
const room = { kind: "room", slug: "abc-defg-hij" };

test.each([
  ["", { kind: "empty" }],
  ["   ", { kind: "empty" }],
  ["abc", { kind: "wrong" }],
  ["abc-defg-hijk", { kind: "wrong" }],
  ["abc-defg-h1j", { kind: "wrong" }],
  ["https://meet.example.gouv.fr/", { kind: "wrong" }],
  ["https://meet.example.gouv.fr/account", { kind: "wrong" }],
  ["https://evil.example/abc-defg-hij", { kind: "elsewhere", host: "evil.example" }],
  ["https://meet.example.gouv.fr.evil.example/abc-defg-hij", { kind: "elsewhere", host: "meet.example.gouv.fr.evil.example" }],
  ["//evil.example/abc-defg-hij", { kind: "elsewhere", host: "evil.example" }],
])("%j is no room of ours", (typed, want) => {
  expect(parseCode(typed, here)).toEqual(want);
});

test.each([
  "abc-defg-hij",
  "  ABC-DEFG-HIJ ",
  "abcdefghij",
  "abc defg hij",
  "abc–defg–hij",
  "https://meet.example.gouv.fr/abc-defg-hij",
  "https://meet.example.gouv.fr/abc-defg-hij/",
  "https://meet.example.gouv.fr/abc-defg-hij?utm=mail#x",
  "https://meet.example.gouv.fr/rooms/abc-defg-hij",
  "meet.example.gouv.fr/abc-defg-hij",
])("%j leads to the room", (typed) => {
  expect(parseCode(typed, here)).toEqual(room);
});

test("a slug has its hyphens", () => {
  expect(isSlug("abc-defg-hij")).toBe(true);
  expect(isSlug("abcdefghij")).toBe(false);
  expect(isSlug("account")).toBe(false);
});
