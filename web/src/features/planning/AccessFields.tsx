import { useTranslation } from "react-i18next";
import { entries } from "../../api/types";
import { currentLanguage } from "../../i18n";
import { Field } from "../../ui";
import { isEntry, makePasscode } from "./draft";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";
import { withNow } from "./WhenFields";
import { lengthInWords } from "./words";

const before = [0, 5, 10, 15, 30, 60];

/** Who enters without waiting, with what passcode, and from when on. */
export function AccessFields({ draft, wrong, edit, dedicated }: FieldsProps & { dedicated: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <Field label={t("planning.entry")} hint={t("planning.entryHint")} error={wrong.entry && t("planning.wrong.entry")}>
        {(wiring) => (
          <select
            {...wiring}
            className="field"
            value={draft.entry}
            onChange={(event) => {
              if (isEntry(event.target.value)) edit({ entry: event.target.value });
            }}
          >
            {entries.map((entry) => (
              <option key={entry} value={entry}>
                {t(`room.entries.${entry}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {dedicated && <PasscodeField draft={draft} wrong={wrong} edit={edit} />}
      <Field label={t("planning.opens")} error={wrong.opensBefore && t("planning.wrong.opensBefore")}>
        {(wiring) => (
          <select
            {...wiring}
            className="field"
            value={draft.opensBefore}
            onChange={(event) => {
              edit({ opensBefore: Number(event.target.value) });
            }}
          >
            {withNow(before, draft.opensBefore).map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes === 0 ? t("planning.opensAtStart") : t("planning.opensBefore", { length: lengthInWords(minutes, currentLanguage()) })}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function PasscodeField({ draft, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <Field label={t("planning.passcode")} hint={t("planning.passcodeHint")} error={wrong.passcode && t("planning.wrong.passcode")}>
      {(wiring) => (
        <div className={s.beside}>
          <input
            {...wiring}
            className="field"
            inputMode="numeric"
            autoComplete="off"
            value={draft.passcode}
            onChange={(event) => {
              edit({ passcode: event.target.value });
            }}
          />
          <button
            type="button"
            className="btn"
            onClick={() => {
              edit({ passcode: makePasscode() });
            }}
          >
            {t("planning.makePasscode")}
          </button>
        </div>
      )}
    </Field>
  );
}
