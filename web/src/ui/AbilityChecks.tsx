import { useId } from "react";
import { useTranslation } from "react-i18next";
import { abilities, type Ability } from "../api/hosting";
import s from "./ui.module.css";

interface AbilityChecksProps {
  legend: string;
  hint?: string | undefined;
  forbidden: readonly Ability[];
  disabled?: boolean;
  /** Forbidden by somebody above, which nobody here changes. */
  locked?: readonly Ability[];
  /** A word beside some of them. */
  notes?: Partial<Record<Ability, string>>;
  onChange: (ability: Ability, allowed: boolean) => void;
}

/** What people may do, one box each: ticked is allowed. */
export function AbilityChecks({ legend, hint, forbidden, disabled = false, locked = [], notes = {}, onChange }: AbilityChecksProps) {
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
        <div key={ability} className={s.checkLine}>
          <label className={s.check}>
            <input
              type="checkbox"
              checked={!forbidden.includes(ability)}
              disabled={disabled || locked.includes(ability)}
              aria-describedby={notes[ability] === undefined ? undefined : `${id}-${ability}`}
              onChange={(event) => {
                onChange(ability, event.target.checked);
              }}
            />
            {t(`hosting.ability.${ability}`)}
          </label>
          {notes[ability] !== undefined && (
            <span id={`${id}-${ability}`} className="small muted">
              {notes[ability]}
            </span>
          )}
        </div>
      ))}
    </fieldset>
  );
}
