import { useTranslation } from "react-i18next";
import { assurances, entries } from "../../api/types";
import { currentLanguage } from "../../i18n";
import { isAllowed, leavesNoChoice, lockOf, useLockText, useRefusal } from "../policy";
import { Field } from "../../ui";
import { assuranceShown, entryShown } from "./allowed";
import { isAssurance, isEntry, makePasscode } from "./draft";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";
import { withNow } from "./WhenFields";
import { lengthInWords } from "./words";

const before = [0, 5, 10, 15, 30, 60];
const after = [0, 15, 30, 60, 120];

/** Who enters without waiting: the one thing of the way in that everybody is asked. */
export function EntryField({ draft, wrong, rules, edit }: FieldsProps) {
  const { t } = useTranslation();
  const lockText = useLockText();
  const refusal = useRefusal(rules);
  const lock = lockOf(rules, "entry");
  return (
    <Field label={t("planning.entry")} hint={lock === undefined ? t("planning.entryHint") : `${lockText(lock)} ${t("planning.entryHint")}`} error={wrong.entry && (wrong.entry === "locked" ? refusal("entry") : t("planning.wrong.entry"))}>
      {(wiring) => (
        <select
          {...wiring}
          className="field"
          disabled={leavesNoChoice(lock)}
          value={entryShown(draft, rules)}
          onChange={(event) => {
            if (isEntry(event.target.value)) edit({ entry: event.target.value });
          }}
        >
          {entries.map((entry) => (
            <option key={entry} value={entry} disabled={!isAllowed(lock, entry)}>
              {entry === "members" && draft.mode === "dedicated" ? t("planning.entryMembers") : t(`room.entries.${entry}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** From when on and until when one comes in. */
export function HoursFields({ draft, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <div className={s.row}>
      <Field label={t("planning.opens")} error={wrong.opensBefore && t("planning.wrong.opensBefore")}>
        {(wiring) => (
          <select {...wiring} className="field" value={draft.opensBefore} onChange={(event) => { edit({ opensBefore: Number(event.target.value) }); }}>
            {withNow(before, draft.opensBefore).map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes === 0 ? t("planning.opensAtStart") : t("planning.opensBefore", { length: lengthInWords(minutes, language) })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("planning.closes")} hint={t("planning.closesHint")} error={wrong.closesAfter && t("planning.wrong.closesAfter")}>
        {(wiring) => (
          <select {...wiring} className="field" value={draft.closesAfter} onChange={(event) => { edit({ closesAfter: Number(event.target.value) }); }}>
            {withNow(after, draft.closesAfter).map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes === 0 ? t("planning.closesAtEnd") : t("planning.closesAfter", { length: lengthInWords(minutes, language) })}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

export function PasscodeField({ draft, wrong, edit }: FieldsProps) {
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

export function AssuranceField({ draft, wrong, rules, edit }: FieldsProps) {
  const { t } = useTranslation();
  const lockText = useLockText();
  const refusal = useRefusal(rules);
  const lock = lockOf(rules, "minAssurance");
  return (
    <Field
      label={t("room.assurance")}
      hint={lock === undefined ? t("room.assuranceHint") : `${lockText(lock)} ${t("room.assuranceHint")}`}
      error={wrong.assurance && refusal("minAssurance")}
    >
      {(wiring) => (
        <select
          {...wiring}
          className="field"
          disabled={leavesNoChoice(lock)}
          value={assuranceShown(draft, rules)}
          onChange={(event) => {
            if (isAssurance(event.target.value)) edit({ assurance: event.target.value });
          }}
        >
          {assurances.map((assurance) => (
            <option key={assurance} value={assurance} disabled={!isAllowed(lock, assurance)}>
              {t(`room.assurances.${assurance}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
