import type { TFunction } from "i18next";
import type { Dependency } from "../../../api/live";
import { dateOf } from "../../../ui/time";

/** What this client has words for. Of what a newer server says besides, its own English is shown. */
export const wrongs = [
  "not-examined",
  "database-silent",
  "schema-unreadable",
  "schema-older",
  "schema-newer",
  "media-refuses",
  "media-silent",
  "media-old",
  "provider-address",
  "provider-silent",
  "provider-document",
  "provider-issuer",
  "provider-clock",
  "mail-refuses",
  "mailbox-closed",
  "work-uncounted",
  "work-waits",
  "seal-unreadable",
  "seal-late",
] as const;

export interface Said {
  what: string;
  remedy: string | undefined;
  /** The language, where it is not the page's. */
  lang: "en" | undefined;
}

/** What is wrong in words of the page, else in those of the server. */
export function sayWrong(t: TFunction, language: string, wrong: Dependency["wrong"], detail: string | undefined, remedy?: string): Said | undefined {
  const code = wrongs.find((one) => one === wrong?.code);
  if (code === undefined) return detail === undefined ? undefined : { what: detail, remedy, lang: "en" };
  const { since, ...values } = wrong?.values ?? {};
  const all = { ...values, ...(since !== undefined && { since: dateOf(since, language) }) };
  return { what: t(`admin.health.wrong.${code}.what`, all), remedy: t(`admin.health.wrong.${code}.remedy`), lang: undefined };
}
