import { de } from "../../web/src/i18n/elision.ts";
import { whole as en } from "../../web/src/i18n/en/whole.ts";
import { whole as fr, type WholeCatalogue } from "../../web/src/i18n/fr/whole.ts";

export type Words = WholeCatalogue;

/** The texts that a person reads, from the client's own catalogues: a test says what it looks for by its key. */
export const catalogues = { en, fr };

/** Fills the {{places}} of a text. */
export function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{\{(\w+)(, de)?\}\}/g, (_, name: string, form?: string) => (form === undefined ? String(values[name] ?? "") : de(String(values[name] ?? ""))));
}

/** Answers a pattern that a filled text matches, whatever stands in its {{places}}, with any kind of space: names of controls have plain ones. */
export function anyOf(text: string): RegExp {
  const parts = text.split(/\{\{\w+(?:, \w+)?\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s/g, "\\s"));
  return new RegExp(`^${parts.join(".*")}$`);
}
