import { expect, test } from "vitest";
import abilitiesInGo from "../../../../access/abilities.go?raw";
import entriesInGo from "../../../../access/access.go?raw";
import assuranceInGo from "../../../../auth/auth.go?raw";
import settingsInGo from "../../../../policy/settings.go?raw";
import type { EffectiveSetting } from "../../api/policies";
import { policy as en } from "../../i18n/en/policy";
import { policy as fr } from "../../i18n/fr/policy";
import { isAllowed, keptOf, leavesNoChoice } from "./rules";
import { ofAccounts, settingNames } from "./settings";

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)];
const constants = new Map(all(settingsInGo, /^\s+(\w+)\s+(?:Name )?\s*= "([^"]+)"/gm).map(([, name = "", word = ""]) => [name, word]));
const quoted = (text: string) => all(text, /"([\w-]+)"/g).map(([, word = ""]) => word);

/** What the server declares: each setting, its kind, its words and its levels. */
const declared = all(settingsInGo, /^\t\{Name: (\w+), Kind: (\w+),(.*)\},$/gm).map(([, name = "", kind = "", rest = ""]) => {
  const words = /Words: (\[\]string\{([^}]*)\}|\w+\(\))/.exec(rest);
  const from: Record<string, string[]> = {
    "entries()": quoted(all(entriesInGo, /^\s+Entry\w+\s+Entry = "[\w-]+"/gm).join("\n")),
    "assurances()": quoted(/assuranceNames = .*/.exec(assuranceInGo)?.[0] ?? ""),
    "abilities()": quoted(all(abilitiesInGo, /^\s+Ability\w+\s+Ability = "[\w-]+"/gm).join("\n")),
  };
  const said = words?.[2]?.split(", ").map((one) => constants.get(one) ?? `unknown ${one}`) ?? from[words?.[1] ?? ""] ?? [];
  return { name: constants.get(name) ?? name, kind, words: said, account: rest.includes("Levels: account") };
});

test("every setting of the server is known here, in its order and at its levels", () => {
  expect(declared).toHaveLength(all(settingsInGo, /\{Name: \w+, Kind:/g).length);
  expect(declared.map(({ name }) => name)).toEqual([...settingNames]);
  expect(declared.filter(({ account }) => account).map(({ name }) => name)).toEqual([...ofAccounts]);
});

test("every setting and every value has words in both languages, and none is for something that is gone", () => {
  for (const words of [fr, en]) {
    expect(Object.keys(words.settings)).toEqual(declared.map(({ name }) => name));
    const choices = declared.filter(({ kind }) => kind === "Choice" || kind === "Forbidden");
    expect(choices.every((one) => one.words.length > 1)).toBe(true);
    expect(Object.fromEntries(Object.entries(words.values).map(([name, of]) => [name, Object.keys(of).sort()]))).toEqual(
      Object.fromEntries(choices.map((one) => [one.name, [...one.words].sort()])),
    );
    expect(Object.keys(words.amounts)).toEqual(declared.filter(({ kind }) => kind === "Limit").map(({ name }) => name));
  }
});

const entry: EffectiveSetting = {
  name: "entry",
  title: "Who enters without waiting",
  kind: "choice",
  words: ["everyone", "signed-in", "organization", "members", "hosts"],
  value: "organization",
  source: { level: "organization", name: "Ministère X" },
  reason: "locked by Ministère X",
  locked: true,
  bound: "organization",
  lockedBy: "Ministère X",
  overrode: [{ source: { level: "room", name: "Cabinet" }, value: "everyone" }],
};

test("below a lock nothing looser is allowed, and what is stricter is", () => {
  expect(["everyone", "signed-in", "organization", "members", "hosts"].filter((word) => isAllowed(entry, word))).toEqual(["organization", "members", "hosts"]);
  const limit = { ...entry, name: "maxParticipants", kind: "limit" as const, bound: 20 };
  expect([0, 1, 20, 21].filter((count) => isAllowed(limit, count))).toEqual([1, 20]);
  const forbidden = { ...entry, name: "forbidden", kind: "forbidden" as const, bound: ["screen"] };
  expect(isAllowed(forbidden, ["chat"])).toBe(false);
  expect(isAllowed(forbidden, ["chat", "screen"])).toBe(true);
  const hosted = { ...entry, name: "opensWithHost", kind: "switch" as const, bound: true };
  expect(isAllowed(hosted, false)).toBe(false);
  expect(leavesNoChoice(hosted)).toBe(true);
  expect(leavesNoChoice(entry)).toBe(false);
});

test("a default binds nobody, and neither does what was not read", () => {
  expect(isAllowed({ ...entry, locked: false }, "everyone")).toBe(true);
  expect(isAllowed(undefined, "everyone")).toBe(true);
  expect(keptOf({ ...entry, locked: false })).toBeUndefined();
  expect(keptOf(entry)?.value).toBe("everyone");
});
