import { expect, test } from "vitest";
import { mayActOn } from "./rights";
import { forbiddenTo, isOff, noRules, readRules, ruledAlone, ruledForAll } from "./rules";

const read = (more: Partial<Parameters<typeof readRules>[0]>) => readRules({ forbiddenToMe: [], allowedToMe: [], forbiddenForAll: [], ...more });

test("hosts are bound by their own restrictions alone", () => {
  const rules = read({ forbiddenToMe: ["camera"], forbiddenForAll: ["chat"] });
  expect(forbiddenTo(rules, "moderator")).toEqual(["camera"]);
  expect(forbiddenTo(rules, "member")).toEqual(["camera", "chat"]);
});

test("what is forbidden to somebody counts against what they are allowed, which counts against the rule for all", () => {
  const rules = read({ forbiddenToMe: ["camera"], allowedToMe: ["camera", "chat"], forbiddenForAll: ["camera", "chat", "screen"] });
  expect(forbiddenTo(rules, "member")).toEqual(["camera", "screen"]);
});

test("what somebody is allowed alone ends with the rule that forbade it", () => {
  const rules = ruledAlone(ruledForAll(noRules, ["chat", "screen"]), [], ["chat", "screen"]);
  expect(ruledForAll(rules, ["chat", "camera"])).toEqual({ own: [], allowed: ["chat"], all: ["camera", "chat"] });
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
