import { expect, test } from "vitest";
import { person, track } from "../people.fixture";
import { settleOrder, stageOf } from "./stage";

const me = person("me", { mine: true });

test("without a shared screen there is nothing large", () => {
  expect(stageOf([me, person("a")], undefined, []).large).toBeUndefined();
});

test("the newest screen of somebody else is large, one's own only when alone", () => {
  const own = person("me", { mine: true, screen: track("s0") });
  const a = person("a", { screen: track("s1") });
  const b = person("b", { screen: track("s2") });
  expect(stageOf([own], undefined, []).large?.mine).toBe(true);
  expect(stageOf([own, a, b], undefined, []).large?.person.id).toBe("b");
  expect(stageOf([own, a, b], undefined, []).otherShares.map((share) => share.person.id)).toEqual(["me", "a"]);
});

test("a screen that was picked stays large until it ends", () => {
  const a = person("a", { screen: track("s1") });
  const b = person("b", { screen: track("s2") });
  expect(stageOf([me, a, b], "a", []).large?.person.id).toBe("a");
  expect(stageOf([me, person("a"), b], "a", []).large?.person.id).toBe("b");
});

test("nobody moves while all fit", () => {
  const people = [me, person("a"), person("b", { speaking: true })];
  expect(settleOrder(["me", "b", "a"], people, 3)).toEqual(["me", "b", "a"]);
});

test("who speaks out of sight takes the place of the last quiet one, never one's own", () => {
  const people = [me, person("a", { speaking: true }), person("b"), person("c", { speaking: true })];
  expect(settleOrder(["me", "a", "b", "c"], people, 3)).toEqual(["me", "a", "c", "b"]);
  expect(settleOrder(["me", "c"], [me, person("c", { speaking: true })], 1)).toEqual(["me", "c"]);
});

test("who left is gone and who came is last", () => {
  expect(settleOrder(["me", "a", "b"], [me, person("b"), person("c")], 9)).toEqual(["me", "b", "c"]);
});

test("who is put forward is large in the host's order, without those who left; beside a screen they come first", () => {
  const people = [person("a"), person("b"), person("c")];
  const stage = stageOf(people, undefined, ["c", "gone", "a"]);
  expect(stage.forward.map(({ id }) => id)).toEqual(["c", "a"]);
  expect(stage.people.map(({ id }) => id)).toEqual(["b"]);
  expect(stageOf([...people, person("d", { screen: track("t") })], undefined, ["c"])).toMatchObject({
    large: { person: { id: "d" } },
    forward: [{ id: "c" }],
  });
});
