import { useId } from "react";
import { useTranslation } from "react-i18next";
import { lockOf, type Rules } from "./rules";
import { ofNoField } from "./settings";
import { useRuleWords } from "./useRuleWords";

/** What is locked above a room and has no field on its page: its value, and who locked it. */
export function DecidedAbove({ rules }: { rules: Rules }) {
  const { t } = useTranslation();
  const id = useId();
  const words = useRuleWords();
  const locked = ofNoField.flatMap((name) => lockOf(rules, name) ?? []);
  if (locked.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{t("policy.decidedAbove")}</h2>
      <ul>
        {locked.map((rule) => (
          <li key={rule.name}>
            {t("policy.setting", { name: words.name(rule), value: words.value(rule, rule.value) })} {words.why(rule)} {words.hint(rule)}
          </li>
        ))}
      </ul>
    </section>
  );
}
