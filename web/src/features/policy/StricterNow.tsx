import { useTranslation } from "react-i18next";
import { Notice } from "../../ui";
import type { Rules } from "./rules";
import { useRuleWords } from "./useRuleWords";

/** What counts in the meeting that runs because of who came, and is not of the room. */
export function StricterNow({ rules }: { rules: Rules }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const stricter = (rules ?? []).filter(({ present = [] }) => present.length > 0);
  if (stricter.length === 0) return null;
  return (
    <Notice title={t("policy.stricterNow")}>
      <ul>
        {stricter.map((rule) => (
          <li key={rule.name}>
            {t("policy.setting", { name: words.name(rule), value: words.value(rule, rule.value) })} {words.present(rule)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
