import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Overrides } from "../../api/meetings";
import { Dialog } from "../../ui";
import s from "./planning.module.css";

const choices = ["shift", "keep", "drop"] as const satisfies Overrides[];

interface OverridesDialogProps {
  busy: boolean;
  onChoose: (overrides: Overrides) => void;
  onClose: () => void;
}

/** A series moves, and some of its dates had been changed one by one: nothing becomes of them unsaid. */
export function OverridesDialog({ busy, onChoose, onClose }: OverridesDialogProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Overrides>("shift");
  return (
    <Dialog title={t("planning.overridesTitle")} onClose={onClose}>
      <form
        className={s.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation(); // the form below has asked
          if (!busy) onChoose(chosen);
        }}
      >
        <fieldset className={s.choices}>
          <legend>{t("planning.overridesLead")}</legend>
          {choices.map((choice) => (
            <label key={choice} className={s.choice}>
              <input
                type="radio"
                name="overrides"
                value={choice}
                checked={chosen === choice}
                onChange={() => {
                  setChosen(choice);
                }}
              />
              <span>{t(`planning.overrides.${choice}`)}</span>
            </label>
          ))}
        </fieldset>
        <div className={s.acts}>
          <button type="submit" className="btn primary" disabled={busy}>
            {t("planning.goOn")}
          </button>
          <button type="button" className="btn" onClick={onClose}>
            {t("common.cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
