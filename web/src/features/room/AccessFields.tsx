import { useTranslation } from "react-i18next";
import { assurances, entries } from "../../api/types";
import { Field } from "../../ui";
import type { Draft, Wrong } from "./draft";
import { bounds, isPast, mostDays, type Bounded } from "./limits";
import s from "./room.module.css";

export interface FieldsProps {
  draft: Draft;
  wrong: Wrong;
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

export function AccessFields({ draft, wrong, disabled, edit }: FieldsProps) {
  const { t } = useTranslation();
  const count = (name: Bounded, hint: string) => (
    <Field label={t(`room.${name}`)} hint={hint} error={wrong[name] && t("room.wholeWrong", { most: bounds[name] })}>
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
      <EntryChoice draft={draft} disabled={disabled} edit={edit} />
      <AssuranceChoice draft={draft} disabled={disabled} edit={edit} />
      <div>
        <label className={s.tick}>
          <input
            type="checkbox"
            checked={draft.opensWithHost}
            disabled={disabled}
            aria-describedby="opens-with-host"
            onChange={(event) => {
              edit({ opensWithHost: event.target.checked });
            }}
          />
          <span>{t("room.opensWithHost")}</span>
        </label>
        <p id="opens-with-host" className="small muted">
          {t("room.opensWithHostHint")}
        </p>
      </div>
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
      <Field label={t("room.attendanceDays")} hint={t("room.attendanceDaysHint")} error={wrong.attendanceDays && t("room.daysWrong", { most: mostDays })}>
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

function EntryChoice({ draft, disabled, edit }: Omit<FieldsProps, "wrong">) {
  const { t } = useTranslation();
  return (
    <fieldset className={s.fieldset} disabled={disabled}>
      <legend>{t("room.entry")}</legend>
      <p className="small muted">{t("room.entryLead")}</p>
      {entries.map((entry) => (
        <label key={entry} className={s.choice}>
          <input
            type="radio"
            name="entry"
            value={entry}
            checked={draft.entry === entry}
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

function AssuranceChoice({ draft, disabled, edit }: Omit<FieldsProps, "wrong">) {
  const { t } = useTranslation();
  return (
    <Field label={t("room.assurance")} hint={t("room.assuranceHint")}>
      {(wiring) => (
        <select
          {...wiring}
          className="field"
          disabled={disabled}
          value={draft.minAssurance}
          onChange={(event) => {
            const chosen = assurances.find((assurance) => assurance === event.target.value);
            if (chosen !== undefined) edit({ minAssurance: chosen });
          }}
        >
          {assurances.map((assurance) => (
            <option key={assurance} value={assurance}>
              {t(`room.assurances.${assurance}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
