import { useTranslation } from "react-i18next";
import type { EffectiveSetting } from "../../api/policies";
import { keptOf, lockOf, same, type Rules } from "./rules";
import type { SettingName } from "./settings";
import { useRuleWords } from "./useRuleWords";

/** Beside a control whose setting a policy locks: what counts, who locked it, and what becomes of the room's own choice. */
export function LockNote({ id, rule }: { id: string; rule: EffectiveSetting | undefined }) {
  const text = useLockText();
  return (
    rule !== undefined && (
      <p id={id} className="small">
        {text(rule)}
      </p>
    )
  );
}

/** What the note says, for a hint of a field. */
export function useLockText(): (rule: EffectiveSetting) => string {
  const { t } = useTranslation();
  const words = useRuleWords();
  return (rule) => {
    const kept = keptOf(rule);
    const counts = t("policy.counts", { value: words.value(rule, rule.value) });
    if (kept !== undefined) return `${counts} ${words.locked(rule)} ${t("policy.kept", { value: words.value(rule, kept.value) })}`;
    if (rule.source.level === "room" && !same(rule.value, rule.bound)) {
      return `${t("policy.stricter")} ${t("policy.allowed", { bound: words.value(rule, rule.bound) })} ${words.locked(rule)}`;
    }
    return `${counts} ${words.locked(rule)}`;
  };
}

/** What is wrong with a value that a policy does not allow, for the error of its field. */
export function useRefusal(rules: Rules): (name: SettingName) => string {
  const { t } = useTranslation();
  const words = useRuleWords();
  return (name) => {
    const rule = lockOf(rules, name);
    // Without the rule there are no words of rules either.
    if (rule === undefined) return t("errors.policy-locked");
    return `${t("policy.refused")} ${t("policy.allowed", { bound: words.value(rule, rule.bound) })} ${words.locked(rule)}`;
  };
}
