import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChangedDate, DateFate, Overrides } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { Dialog } from "../../ui";
import { whenInWords } from "../../ui/when";
import s from "./planning.module.css";

const choices = ["shift", "keep", "drop"] as const satisfies Overrides[];

interface OverridesDialogProps {
  /** Undefined while it is not known. */
  changed: readonly ChangedDate[] | undefined;
  timeZone: string;
  busy: boolean;
  onChoose: (overrides: Overrides) => void;
  onClose: () => void;
}

/** Not when a date that was changed would be none of the series. */
const possible = (choice: Overrides, changed: readonly ChangedDate[]) =>
  choice === "drop" || changed.every((one) => !one.now.takesPlace || one[choice].date !== undefined);

/** A series moves, and some of its dates had been changed one by one: nothing becomes of them unsaid. */
export function OverridesDialog({ changed = [], timeZone, busy, onChoose, onClose }: OverridesDialogProps) {
  const { t } = useTranslation();
  const [wanted, setChosen] = useState<Overrides>("shift");
  const chosen = possible(wanted, changed) ? wanted : (choices.find((choice) => possible(choice, changed)) ?? "drop");
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
                disabled={!possible(choice, changed)}
                onChange={() => {
                  setChosen(choice);
                }}
              />
              <span>
                {t(`planning.overrides.${choice}`)}
                {!possible(choice, changed) && <span className={`small muted ${s.block ?? ""}`}>{t("planning.overridesImpossible")}</span>}
              </span>
            </label>
          ))}
        </fieldset>
        {changed.length > 0 && (
          <section aria-labelledby="meeting-fates" aria-live="polite">
            <h3 id="meeting-fates">{t("planning.fates")}</h3>
            <ul className={s.fates}>
              {changed.map((one) => (
                <FateRow key={one.now.date?.id} now={one.now} then={one[chosen]} timeZone={timeZone} />
              ))}
            </ul>
          </section>
        )}
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

/** A date as it was changed, and what becomes of it. */
function FateRow({ now, then, timeZone }: { now: DateFate; then: DateFate; timeZone: string }) {
  const { t } = useTranslation();
  const when = ({ date }: DateFate) => (date === undefined ? "" : whenInWords(date.start, date.end, currentLanguage(), timeZone));
  const fate = then.date === undefined ? "none" : then.takesPlace ? "takesPlace" : "leftOut";
  return (
    <li>
      <div>
        {when(now)} <span className="tag">{t(now.takesPlace ? "planning.moved" : "planning.cancelled")}</span>
      </div>
      <div className="muted">{t(`planning.fate.${fate}`, { date: when(then) })}</div>
    </li>
  );
}
