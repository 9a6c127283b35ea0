import { expect, test } from "vitest";
import kindsInGo from "../../../../../privacy/kinds.go?raw";
import { whole as en } from "../../../i18n/en/whole";
import { whole as fr } from "../../../i18n/fr/whole";

test("every kind of data that the server declares has a name in both languages", () => {
  const kinds = [...kindsInGo.matchAll(/^\s+\w+\s+Kind = "([a-z-]+)"/gm)].map((match) => match[1] ?? "");
  expect(kinds.length).toBeGreaterThan(20);
  expect(Object.keys(fr.admin.privacy.kinds).sort()).toEqual([...kinds].sort());
  expect(Object.keys(en.admin.privacy.kinds).sort()).toEqual([...kinds].sort());
});
