import { useTranslation } from "react-i18next";
import type { EffectiveSetting, PolicySource } from "../../api/policies";
import { listOf, same } from "./rules";
import { isSettingName } from "./settings";

const levels = ["platform", "organization", "unit", "template", "room"] as const;

/** Settings, their values and where these come from, as people read them. */
export function useRuleWords() {
  const { t, i18n } = useTranslation();
  // A word of a later server has none here, and is shown as it is.
  const word = (key: string, otherwise: string) => (i18n.exists(key) ? i18n.t(key as "policy.yes") : otherwise);
  const choice = (name: string, value: string) => word(`policy.values.${name}.${value}`, value);
  const list = (all: string[]) => new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(all);

  const value = ({ name, kind }: Pick<EffectiveSetting, "name" | "kind">, of: unknown): string => {
    const several = listOf(of);
    switch (kind) {
      case "choice":
        return choice(name, String(of));
      case "switch":
        return t(of === true ? "policy.yes" : "policy.no");
      case "limit": {
        const count = Number(of);
        const key = `policy.amounts.${name}`;
        if (count === 0) return word(`${key}.none`, "0");
        return i18n.exists(`${key}.some`, { count }) ? i18n.t(`${key}.some` as "policy.amounts.maxMinutes.some", { count }) : String(count);
      }
      case "forbidden":
        return several.length === 0 ? t("policy.nothing") : list(several.map((one) => choice(name, one)));
      case "only":
        if (name === "embedding") return several.length === 0 ? t("policy.nowhere") : list(several);
        if (several.includes("*")) return t("policy.everyHost");
        return several.length === 0 ? t("policy.noHost") : list(several);
    }
  };
  const by = (name: string) => {
    const level = levels.find((one) => one === name);
    return level === undefined ? name : t(`policy.levels.${level}`);
  };
  const from = ({ level, name = "" }: PolicySource): string => {
    if (level === "default") return t("policy.from.default");
    if (level === "template" && name !== "") return t("policy.from.template", { name });
    if (level === "room") return t("policy.from.room");
    return t("policy.from.somebody", { who: name === "" ? by(level) : name });
  };
  const named = (all: readonly string[]) => list(all.map((one) => (one === "the platform" ? t("policy.levels.platform") : one)));
  const present = ({ present: who = [] }: EffectiveSetting) => (who.length === 0 ? "" : t("policy.present", { who: named(who) }));
  const locked = ({ lockedBy = "platform" }: Pick<EffectiveSetting, "lockedBy">) => t("policy.lockedBy", { who: by(lockedBy) });

  return {
    name: ({ name, title }: Pick<EffectiveSetting, "name" | "title">) => (isSettingName(name) ? t(`policy.settings.${name}`) : title),
    value,
    choice,
    /** What one has to know of a setting besides; nothing of most. */
    hint: ({ name }: Pick<EffectiveSetting, "name">): string => word(`policy.hints.${name}`, ""),
    from,
    locked,
    /** Who made it stricter for the meeting that runs, by being there. */
    present,
    /** Why the value that counts does. */
    why: (rule: EffectiveSetting): string => {
      if (present(rule) !== "") return present(rule);
      if (!rule.locked) return from(rule.source);
      if (same(rule.value, rule.bound)) return locked(rule);
      return `${from(rule.source)} ${t("policy.atMost", { bound: value(rule, rule.bound), who: by(rule.lockedBy ?? "platform") })}`;
    },
  };
}
