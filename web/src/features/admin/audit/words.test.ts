import { expect, test } from "vitest";
import hostingInGo from "../../../../../rooms/hosting.go?raw";
import { whole as en } from "../../../i18n/en/whole";
import { whole as fr } from "../../../i18n/fr/whole";
import { actions } from "./actions";

const sources = (files: Record<string, string>) =>
  Object.entries(files)
    .filter(([path]) => !path.endsWith("_test.go"))
    .map(([, text]) => text)
    .join("\n");
const eventInGo = sources(import.meta.glob<string>("../../../../../event/*.go", { query: "?raw", import: "default", eager: true }));
const auditInGo = sources(import.meta.glob<string>("../../../../../audit/*.go", { query: "?raw", import: "default", eager: true }));

const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");
const events = found(eventInGo, /^\s+\w+\s+Type\s+= "([a-z.-]+)"/gm);
const others = found(auditInGo, /^\s+[A-Z]\w+\s+= "([a-z-]+\.[a-z-]+)"/gm);

const said = (words: unknown, action: string) =>
  action.split(".").reduce<unknown>((inner, part) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[part] : undefined), words);

test("every act that the server writes has a sentence in both languages", () => {
  expect(events.length).toBeGreaterThan(60);
  expect(others).toHaveLength(12);
  for (const action of [...events, ...others]) {
    expect(said(fr.admin.audit.acts, action), `French of ${action}`).toMatch(/^\p{Lu}.+\.$/u);
    expect(said(en.admin.audit.acts, action), `English of ${action}`).toMatch(/^\p{Lu}.+\.$/u);
  }
});

test("every act can be searched for, once, and no other", () => {
  expect([...actions].sort()).toEqual([...events, ...others].sort());
});

test("what a host did has a sentence of its own in both languages", () => {
  const acts = found(hostingInGo, /^\s+Act\w+\s+ActName = "([a-z-]+)"/gm);
  expect(acts.length).toBeGreaterThan(15);
  expect(Object.keys(fr.admin.audit.moderated).sort()).toEqual(acts.sort());
  expect(Object.keys(en.admin.audit.moderated).sort()).toEqual(acts.sort());
});
