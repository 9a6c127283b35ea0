import { useTranslation } from "react-i18next";
import type { Tightened } from "../../api/hosting";

const said = ["guests", "minAssurance", "chatKeeping", "recording", "transcription"] as const;

/** What becomes stricter in a meeting by who comes, and who locked it, in words. */
export function useStricter(): (what: Tightened) => string {
  const { t, i18n } = useTranslation();
  const list = (all: readonly string[]) => new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(all);
  // A word of a later server has none here, and is shown as it is.
  const word = (key: string, otherwise: string) => (i18n.exists(key) ? i18n.t(key as "lobby.stricter.platform") : otherwise);
  const sentence = ({ setting, value }: Tightened): string => {
    if (setting === "attendanceDays") return t("lobby.stricter.attendanceDays", { count: Number(value) });
    if (setting === "forbidden") {
      const abilities = (Array.isArray(value) ? value : []).map((one) => word(`lobby.stricter.abilities.${String(one)}`, String(one)));
      return t("lobby.stricter.forbidden", { what: list(abilities) });
    }
    const known = said.find((one) => one === setting);
    const other = t("lobby.stricter.other", { what: setting });
    return known === undefined ? other : word(`lobby.stricter.${known}.${String(value)}`, other);
  };
  return (what) => {
    const who = what.lockedBy.map((name) => (name === "the platform" ? t("lobby.stricter.platform") : name));
    return `${sentence(what)} (${t("lobby.stricter.lockedBy", { who: list(who) })})`;
  };
}
