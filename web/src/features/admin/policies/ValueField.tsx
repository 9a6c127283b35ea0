import { useTranslation } from "react-i18next";
import type { EffectiveSetting } from "../../../api/policies";
import { Field, SelectField } from "../../../ui";
import { isAllowed, listOf, useRuleWords } from "../../policy";
import { linesOf, valueOf } from "./text";
import s from "./policies.module.css";

interface ValueFieldProps {
  rule: EffectiveSetting;
  /** What a policy above locks. */
  above: EffectiveSetting | undefined;
  text: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

/** The value of a setting, as its kind is edited. What is locked above cannot be chosen. */
export function ValueField(props: ValueFieldProps) {
  const { rule, above, text, error, onChange } = props;
  const { t } = useTranslation();
  const words = useRuleWords();
  if (rule.kind === "forbidden") return <Words {...props} />;
  const choices = rule.kind === "choice" ? (rule.words ?? []) : rule.kind === "switch" ? ["false", "true"] : undefined;
  if (choices !== undefined) {
    return (
      <SelectField
        label={t("admin.policies.value")}
        error={error}
        options={choices.map((value) => ({ value, label: words.value(rule, valueOf(rule, value)), disabled: !isAllowed(above, valueOf(rule, value)) }))}
        value={text}
        onChoose={onChange}
      />
    );
  }
  return (
    <Field label={t("admin.policies.value")} hint={rule.kind === "only" ? t(rule.name === "embedding" ? "admin.policies.originsHint" : "admin.policies.hostsHint") : rule.kind === "limit" && rule.least !== 1 ? t("admin.policies.zero", { meaning: words.value(rule, 0) }) : undefined} error={error}>
      {(wiring) =>
        rule.kind === "only" ? (
          <textarea
            {...wiring}
            className="field"
            rows={3}
            value={text}
            onChange={(event) => {
              onChange(event.target.value);
            }}
          />
        ) : (
          <input
            {...wiring}
            className={`field ${s.number ?? ""}`}
            inputMode="numeric"
            autoComplete="off"
            value={text}
            onChange={(event) => {
              onChange(event.target.value);
            }}
          />
        )
      }
    </Field>
  );
}

function Words({ rule, above, text, error, onChange }: ValueFieldProps) {
  const words = useRuleWords();
  const chosen = linesOf(text);
  const bound = listOf(above?.bound);
  return (
    <fieldset className={s.words}>
      <legend>{words.name(rule)}</legend>
      {(rule.words ?? []).map((word) => (
        <label key={word} className={s.tick}>
          <input
            type="checkbox"
            checked={chosen.includes(word) || bound.includes(word)}
            disabled={bound.includes(word)}
            onChange={(event) => {
              onChange((rule.words ?? []).filter((one) => (one === word ? event.target.checked : chosen.includes(one) || bound.includes(one))).join("\n"));
            }}
          />
          <span>{words.choice(rule.name, word)}</span>
        </label>
      ))}
      {error !== undefined && (
        <p className={s.refused} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
