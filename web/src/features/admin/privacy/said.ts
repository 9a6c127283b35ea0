import { useTranslation } from "react-i18next";
import type { Bilingual } from "../../../api/privacy";
import { currentLanguage } from "../../../i18n";
import { dayOf } from "../../../ui/time";
import { shortId } from "../shortId";

/** The language of the page of a text that the server has in both. */
export const inOwn = (words: Bilingual): string => words[currentLanguage()];

export const onDay = (iso: string): string => dayOf(iso, currentLanguage());

/** The kinds of data by their names. One of a later server is said by its word. */
export function useKind(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => t(`admin.privacy.kinds.${kind}` as "admin.privacy.kinds.account", { defaultValue: kind });
}

/** "person:0198…" by the end of its id: whoever acted is named in the audit trail. */
export const actorOf = (reference: string): string => shortId(reference.slice(reference.indexOf(":") + 1));
