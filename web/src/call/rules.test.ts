import { expect, test } from "vitest";
import { mayActOn } from "./rights";
import { forbiddenTo, isOff, isUncertain, readRules, ruledAlone, ruledForAll } from "./rules";

test("hosts are bound by their own restrictions alone", () => {
  const rules = readRules({ forbidden: ["camera"], forbiddenForAll: ["chat"] }, "moderator");
  expect(forbiddenTo(rules, "moderator")).toEqual(["camera"]);
  expect(forbiddenTo(rules, "member")).toEqual(["camera", "chat"]);
});

test("a restriction of one person clears every doubt about them", () => {
  const rules = ruledForAll(readRules({ forbidden: ["chat"], forbiddenForAll: ["chat"] }, "member"), []);
  expect(isUncertain(rules, "member")).toBe(true);
  expect(isUncertain(ruledAlone(rules, []), "member")).toBe(false);
  expect(forbiddenTo(ruledAlone(rules, []), "member")).toEqual([]);
});

test("a control is off by what the server said or by what the SFU would refuse", () => {
  const may = { mic: true, camera: false, screen: true };
  expect(isOff("camera", [], may)).toBe(true);
  expect(isOff("microphone", [], may)).toBe(false);
  expect(isOff("microphone", ["microphone"], may)).toBe(true);
  expect(isOff("reactions", ["reactions"], may)).toBe(true);
  expect(isOff("chat", ["reactions"], may)).toBe(false);
});

test.each([
  ["owner", "owner", true],
  ["owner", "moderator", true],
  ["moderator", "owner", false],
  ["moderator", "moderator", true],
  ["moderator", "member", true],
  ["member", "member", false],
  ["member", "owner", false],
] as const)("that %s acts on %s is offered: %s", (mine, theirs, may) => {
  expect(mayActOn(mine, theirs)).toBe(may);
});
