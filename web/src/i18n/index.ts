import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { recall, remember } from "../browser/storage";
import { addForms } from "./elision";
import type { Catalogue } from "./fr";
import type { Words } from "./words";
import type { WholeCatalogue } from "./fr/whole";

export const languages = ["fr", "en"] as const;
export type Language = (typeof languages)[number];

export const languageNames: Record<Language, string> = { fr: "Français", en: "English" };

const catalogues: Record<Language, () => Promise<Catalogue>> = {
  fr: () => import("./fr").then((m) => m.fr),
  en: () => import("./en").then((m) => m.en),
};

type Parts = Pick<WholeCatalogue, "admin" | "call" | "devices" | "history" | "hosting" | "invitation" | "planning" | "policy" | "prejoin">;

/** Words that only some pages have, which come with these. */
const parts = {
  admin: {
    fr: () => import("./fr/admin").then((m) => m.admin),
    en: () => import("./en/admin").then((m) => m.admin),
  },
  call: {
    fr: () => import("./fr/call").then((m) => m.call),
    en: () => import("./en/call").then((m) => m.call),
  },
  devices: {
    fr: () => import("./fr/devices").then((m) => m.devices),
    en: () => import("./en/devices").then((m) => m.devices),
  },
  hosting: {
    fr: () => import("./fr/hosting").then((m) => m.hosting),
    en: () => import("./en/hosting").then((m) => m.hosting),
  },
  prejoin: {
    fr: () => import("./fr/prejoin").then((m) => m.prejoin),
    en: () => import("./en/prejoin").then((m) => m.prejoin),
  },
  history: {
    fr: () => import("./fr/history").then((m) => m.history),
    en: () => import("./en/history").then((m) => m.history),
  },
  planning: {
    fr: () => import("./fr/planning").then((m) => m.planning),
    en: () => import("./en/planning").then((m) => m.planning),
  },
  policy: {
    fr: () => import("./fr/policy").then((m) => m.policy),
    en: () => import("./en/policy").then((m) => m.policy),
  },
  invitation: {
    fr: () => import("./fr/invitation").then((m) => m.invitation),
    en: () => import("./en/invitation").then((m) => m.invitation),
  },
} satisfies { [P in keyof Parts]: Record<Language, () => Promise<Words<Parts[P]>>> };
type Part = keyof typeof parts;
const spoken = new Set<Part>();

export function isLanguage(word: string | null | undefined): word is Language {
  return languages.some((language) => language === word);
}

// preferred is the language chosen here before, else the browser's first that we speak, else French.
export function preferred(chosen: string | null, browser: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return browser.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "fr";
}

async function load(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", await catalogues[language]());
  }
  await Promise.all([...spoken].map((part) => loadPart(part, language)));
  document.documentElement.lang = language;
}

async function loadPart(part: Part, language: Language): Promise<void> {
  if (i18next.getResource(language, "translation", part) !== undefined) return;
  i18next.addResourceBundle(language, "translation", { [part]: await parts[part][language]() }, true);
}

/** Learns the words of parts of the product, in the language of now and in any that is chosen later. */
export async function alsoSpeak(...some: Part[]): Promise<void> {
  for (const part of some) spoken.add(part);
  await Promise.all(some.map((part) => loadPart(part, currentLanguage())));
}

export async function startI18n(): Promise<void> {
  const language = preferred(recall("language"), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  addForms(i18next);
  await load(language);
}

export async function speak(language: Language): Promise<void> {
  await load(language);
  remember("language", language);
  await i18next.changeLanguage(language);
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : "fr";
}
