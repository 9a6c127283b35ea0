import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";
import { withNow } from "./WhenFields";
import { lengthInWords } from "./words";

const hour = 60;
const day = 24 * hour;
const usual = [15, hour, day, 7 * day];
const most = 5;

/** When those invited are reminded, said as one says it. */
export function ReminderFields({ draft: { reminders }, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  const choices = [...new Set([...usual, ...reminders])].reduce<readonly number[]>(withNow, []);
  return (
    <fieldset className={s.days}>
      <legend>{t("planning.reminders")}</legend>
      {choices.map((minutes) => (
        <label key={minutes} className={s.dayChoice}>
          <input
            type="checkbox"
            checked={reminders.includes(minutes)}
            disabled={!reminders.includes(minutes) && reminders.length >= most}
            onChange={(event) => {
              edit({ reminders: choices.filter((one) => (one === minutes ? event.target.checked : reminders.includes(one))).reverse() });
            }}
          />
          <span>{minutes === 0 ? t("planning.opensAtStart") : t("planning.opensBefore", { length: lengthInWords(minutes, currentLanguage()) })}</span>
        </label>
      ))}
      {wrong.reminders === true && (
        <p role="alert" className={s.refused}>
          {t("planning.wrong.reminders")}
        </p>
      )}
    </fieldset>
  );
}
