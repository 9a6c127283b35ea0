import type { i18n } from "i18next";

/**
 * "de" before a name, as French says it: "de Louise", "d’Amine", "d’Yves" and "de Yann". Before an H usage wavers between
 * the two, and nothing in the letters tells which it is: it stays "de".
 */
export function de(name: string): string {
  const letters = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return /^(?:[aeiouæœ]|y[^aeiouy\W])/.test(letters) ? `d’${name}` : `de ${name}`;
}

/** What a text may say of its values: {{name, de}}. */
export function addForms(words: i18n): void {
  words.services.formatter?.add("de", (value: unknown) => de(String(value)));
}
