import { useTranslation } from "react-i18next";
import { assurances, entries } from "../../api/types";
import { isAllowed, leavesNoChoice, LockNote, lockOf, useLockText, useRefusal, type Rules, type SettingName } from "../policy";
import { Field } from "../../ui";
import type { Draft, Wrong } from "./draft";
import { bounds, isPast, mostDays, type Bounded } from "./limits";
import s from "./room.module.css";

export interface FieldsProps {
  draft: Draft;
  wrong: Wrong;
  rules: Rules;
  /** What a policy does not allow, of what was asked for. */
  refused: readonly string[];
  disabled: boolean;
  edit: (change: Partial<Draft>) => void;
}

/** Who gets in, when, how many and for how long, as a part of all the settings. */
export function AccessSection(fields: FieldsProps) {
  const { t } = useTranslation();
  return (
    <section className={s.part} aria-labelledby="room-limits">
      <h2 id="room-limits">{t("room.limits")}</h2>
      <AccessFields {...fields} />
    </section>
  );
}

export function AccessFields(fields: FieldsProps) {
  const { draft, wrong, rules, refused, disabled, edit } = fields;
  const { t } = useTranslation();
  const lockText = useLockText();
  const refusal = useRefusal(rules);
  const under = (name: SettingName, hint: string) => {
    const rule = lockOf(rules, name);
    return rule === undefined ? hint : `${lockText(rule)} ${hint}`;
  };
  const not = (name: SettingName) => (refused.includes(name) ? refusal(name) : undefined);
  const count = (name: Bounded, hint: string) => (
    <Field
      label={t(`room.${name}`)}
      hint={name === "closeEmptyAfter" ? hint : under(name, hint)}
      error={wrong[name] ? t("room.wholeWrong", { most: bounds[name] }) : name === "closeEmptyAfter" ? undefined : not(name)}
    >
      {(wiring) => (
        <input
          {...wiring}
          className={`field ${s.number}`}
          inputMode="numeric"
          autoComplete="off"
          disabled={disabled}
          value={draft[name]}
          onChange={(event) => {
            edit({ [name]: event.target.value });
          }}
        />
      )}
    </Field>
  );
  return (
    <>
      <EntryChoice {...fields} />
      <AssuranceChoice {...fields} />
      <Switch {...fields} name="opensWithHost" />
      <Switch {...fields} name="muteOnEntry" />
      {count("maxParticipants", t("room.noLimitHint"))}
      {count("maxMinutes", t("room.maxMinutesHint"))}
      {count("closeEmptyAfter", t("room.closeEmptyAfterHint"))}
      <Field label={t("room.linkExpiresAt")} hint={t("room.linkExpiresAtHint")} error={wrong.linkExpiresAt && t("room.dateWrong")}>
        {(wiring) => (
          <input
            {...wiring}
            type="datetime-local"
            className={`field ${s.date}`}
            disabled={disabled}
            value={draft.linkExpiresAt}
            onChange={(event) => {
              edit({ linkExpiresAt: event.target.value });
            }}
          />
        )}
      </Field>
      <p role="status" className={isPast(draft) ? s.past : "visually-hidden"}>
        {isPast(draft) && t("room.datePast")}
      </p>
      <Field label={t("room.attendanceDays")} hint={under("attendanceDays", t("room.attendanceDaysHint"))} error={wrong.attendanceDays ? t("room.daysWrong", { most: mostDays }) : not("attendanceDays")}>
        {(wiring) => (
          <input
            {...wiring}
            className={`field ${s.number}`}
            inputMode="numeric"
            autoComplete="off"
            disabled={disabled}
            value={draft.attendanceDays}
            onChange={(event) => {
              edit({ attendanceDays: event.target.value });
            }}
          />
        )}
      </Field>
    </>
  );
}

function Switch({ name, draft, rules, refused, disabled, edit }: FieldsProps & { name: "opensWithHost" | "muteOnEntry" }) {
  const { t } = useTranslation();
  const refusal = useRefusal(rules);
  const lock = lockOf(rules, name);
  return (
    <div>
      <label className={s.tick}>
        <input
          type="checkbox"
          checked={draft[name] || leavesNoChoice(lock)}
          disabled={disabled || leavesNoChoice(lock)}
          aria-describedby={`${name}-hint ${name}-lock`}
          onChange={(event) => {
            edit({ [name]: event.target.checked });
          }}
        />
        <span>{t(`room.${name}`)}</span>
      </label>
      <p id={`${name}-hint`} className="small muted">
        {t(`room.${name}Hint`)}
      </p>
      <LockNote id={`${name}-lock`} rule={lock} />
      <Refused text={refused.includes(name) ? refusal(name) : undefined} />
    </div>
  );
}

/** What a field without a frame of its own says of a refusal. */
export function Refused({ text }: { text: string | undefined }) {
  return (
    text !== undefined && (
      <p className={s.refused} role="alert">
        {text}
      </p>
    )
  );
}

function EntryChoice({ draft, rules, refused, disabled, edit }: FieldsProps) {
  const { t } = useTranslation();
  const refusal = useRefusal(rules);
  const lock = lockOf(rules, "entry");
  // The room keeps its own choice; what counts is shown.
  const counts = isAllowed(lock, draft.entry) ? draft.entry : lock?.bound;
  return (
    <fieldset className={s.fieldset} disabled={disabled} aria-describedby="entry-lock">
      <legend>{t("room.entry")}</legend>
      <p className="small muted">{t("room.entryLead")}</p>
      <LockNote id="entry-lock" rule={lock} />
      <Refused text={refused.includes("entry") ? refusal("entry") : undefined} />
      {entries.map((entry) => (
        <label key={entry} className={s.choice}>
          <input
            type="radio"
            name="entry"
            value={entry}
            checked={counts === entry}
            disabled={!isAllowed(lock, entry)}
            aria-describedby={`entry-${entry}`}
            onChange={() => {
              edit({ entry });
            }}
          />
          <span>{t(`room.entries.${entry}`)}</span>
          <span />
          <span id={`entry-${entry}`} className="small muted">
            {t(`room.entryHints.${entry}`)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function AssuranceChoice({ draft, rules, refused, disabled, edit }: FieldsProps) {
  const { t } = useTranslation();
  const lockText = useLockText();
  const refusal = useRefusal(rules);
  const lock = lockOf(rules, "minAssurance");
  const counts = isAllowed(lock, draft.minAssurance) ? draft.minAssurance : String(lock?.bound);
  return (
    <Field
      label={t("room.assurance")}
      hint={lock === undefined ? t("room.assuranceHint") : `${lockText(lock)} ${t("room.assuranceHint")}`}
      error={refused.includes("minAssurance") ? refusal("minAssurance") : undefined}
    >
      {(wiring) => (
        <select
          {...wiring}
          className="field"
          disabled={disabled || leavesNoChoice(lock)}
          value={counts}
          onChange={(event) => {
            const chosen = assurances.find((assurance) => assurance === event.target.value);
            if (chosen !== undefined) edit({ minAssurance: chosen });
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
