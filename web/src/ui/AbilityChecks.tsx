import { useId } from "react";
import { useTranslation } from "react-i18next";
import { abilities, type Ability } from "../api/hosting";
import s from "./ui.module.css";

interface AbilityChecksProps {
  legend: string;
  hint?: string | undefined;
  forbidden: readonly Ability[];
  /** All of them, or those that are forbidden for a reason of their own. */
  disabled: boolean | readonly Ability[];
  onChange: (ability: Ability, allowed: boolean) => void;
}

/** What people may do, one box each: ticked is allowed. */
export function AbilityChecks({ legend, hint, forbidden, disabled, onChange }: AbilityChecksProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <fieldset className={s.checks} aria-describedby={hint === undefined ? undefined : id}>
      <legend>{legend}</legend>
      {hint !== undefined && (
        <p id={id} className="small muted">
          {hint}
        </p>
      )}
      {abilities.map((ability) => (
        <label key={ability} className={s.check}>
          <input
            type="checkbox"
            checked={!forbidden.includes(ability)}
            disabled={typeof disabled === "boolean" ? disabled : disabled.includes(ability)}
            onChange={(event) => {
              onChange(ability, event.target.checked);
            }}
          />
          {t(`hosting.ability.${ability}`)}
        </label>
      ))}
    </fieldset>
  );
}
