import { expect, test } from "vitest";
import { initialsOf, keepSame, matches, standingOf, withAbsent } from "./people";
import { person, track } from "./people.fixture";

test.each([
  ["Amine Kader", "AK"],
  ["Jeanne de La Tour", "JT"],
  ["Zoé", "Z"],
  ["  ", ""],
  ["+33 6 12 34 41", "34"],
  ["👩‍🚀 Nadia", "👩‍🚀N"],
  ["محمد علي", "مع"],
  ["É\u0301lodie", "É\u0301"],
])("the initials of %j are %j", (name, want) => {
  expect(initialsOf(name)).toBe(want);
});

test("an organization stands for itself; without one the assurance speaks", () => {
  expect(standingOf({ assurance: "agent", organization: "Intérieur" })).toEqual({ kind: "organization", name: "Intérieur" });
  expect(standingOf({ assurance: "agent-mfa", organization: "" })).toEqual({ kind: "agent" });
  expect(standingOf({ assurance: "phone", organization: "" })).toEqual({ kind: "phone" });
  expect(standingOf({ assurance: "email", organization: "" })).toEqual({ kind: "guestVerified" });
  expect(standingOf({ assurance: "unknown", organization: "" })).toEqual({ kind: "guest" });
  expect(standingOf({ assurance: "anything", organization: "" })).toEqual({ kind: "guest" });
});

test("only people who changed are new objects", () => {
  const before = [person("a"), person("b")];
  expect(keepSame(before, [person("a"), person("b")])).toBe(before);
  const after = keepSame(before, [person("a"), person("b", { camera: track("c") })]);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test("who is not seen while a connection is mended keeps a seat, without picture", () => {
  const before = [person("me1", { mine: true }), person("a", { camera: track("c"), speaking: true })];
  const now = [person("me2", { mine: true })];
  expect(withAbsent(before, now).map(({ id, camera, speaking }) => [id, camera, speaking])).toEqual([
    ["me2", undefined, false],
    ["a", undefined, false],
  ]);
});

test("a search forgives accents and capitals", () => {
  expect(matches(person("x", { name: "Zoé Lefèvre", organization: "Justice" }), "lefevre")).toBe(true);
  expect(matches(person("x", { name: "Zoé", organization: "Justice" }), "JUST")).toBe(true);
  expect(matches(person("x", { name: "Zoé" }), "paul")).toBe(false);
});
