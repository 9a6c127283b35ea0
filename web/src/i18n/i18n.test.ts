import { expect, test } from "vitest";
import codesInGo from "../../../fault/codes.go?raw";
import { whole as en } from "./en/whole";
import { whole as fr } from "./fr/whole";
import { preferred } from "./index";

function flat(value: object, path = ""): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === "string" ? [[path + key, inner] as [string, string]] : flat(inner as object, `${path}${key}.`),
  );
}
const french = flat(fr);
const english = flat(en);
const placeholders = (text: string) => [...text.matchAll(/{{(\w+)(?:, de)?}}/g)].map((match) => match[1]).sort();

test("both languages say the same things", () => {
  expect(english.map(([key]) => key).sort()).toEqual(french.map(([key]) => key).sort());
});

test("no text is empty, and both name the same values", () => {
  const inEnglish = new Map(english);
  for (const [key, text] of french) {
    expect(text.trim(), key).not.toBe("");
    expect(inEnglish.get(key)?.trim(), key).not.toBe("");
    expect(placeholders(inEnglish.get(key) ?? ""), key).toEqual(placeholders(text));
  }
});

test("nobody is shouted at", () => {
  for (const [key, text] of [...french, ...english]) expect(text, key).not.toMatch(/!/);
});

test("French keeps its signs on the line of their word", () => {
  for (const [key, text] of french) {
    expect(text, key).not.toMatch(/ [:;?»]|« /);
    expect(text, key).not.toMatch(/'/);
  }
});

// Codes that this client understands whatever the version of the server.
const hosting = ["blocked", "room-locked", "forbidden-by-host", "participant-not-found"];

test("every problem code of the API has a sentence in both languages", () => {
  const codes = [...codesInGo.matchAll(/^\s+Code\w+\s+Code = "([a-z-]+)"/gm)].map((match) => match[1] ?? "");
  expect(codes.length).toBeGreaterThan(20);
  for (const code of codes) {
    expect(Object.keys(fr.errors)).toContain(code);
    expect(Object.keys(en.errors)).toContain(code);
  }
  const unknown = Object.keys(fr.errors).filter((key) => !codes.includes(key) && !hosting.includes(key));
  expect(unknown).toEqual(["network"]);
});

test("every key is used", () => {
  const files = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../i18n/**", "!../**/*.test.*"], {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const sources = Object.values(files).join("\n");
  const composed = [...sources.matchAll(/`((?:\w+\.)+)\$\{/g)].map((match) => match[1] ?? "");
  const unused = french
    .map(([key]) => key.replace(/_(one|other)$/, ""))
    .filter((key) => !sources.includes(`"${key}"`) && !composed.some((prefix) => key.startsWith(prefix)));
  expect(unused).toEqual([]);
});

test("the language is the chosen one, else the browser's first that we speak, else French", () => {
  expect(preferred("en", ["fr-FR"])).toBe("en");
  expect(preferred("de", ["de-DE", "en-GB", "fr"])).toBe("en");
  expect(preferred(null, ["fr-CA"])).toBe("fr");
  expect(preferred(null, ["de"])).toBe("fr");
  expect(preferred(null, [])).toBe("fr");
});
