import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import { Field } from "../../ui";
import { isDay, positions, weekdays } from "./days";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";
import { choosing, kinds, mostEvery, mostTimes, usualEnd, wrongRepeats, type End, type Pattern, type RepeatMistake, type Repeats } from "./repeats";
import { positionName, repeatsInWords, weekdayName } from "./words";

interface PartProps<P extends Pattern = Pattern> {
  pattern: P;
  mistake?: RepeatMistake | undefined;
  change: (pattern: Pattern) => void;
}

/** How the meeting repeats and until when, chosen in words and read back as a sentence. */
export function RepeatFields({ draft, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  const { pattern, end } = draft.repeats;
  const [found] = useState(draft.repeats);
  const change = (repeats: Partial<Repeats>) => {
    edit({ repeats: { ...draft.repeats, ...repeats } });
  };
  const choose = (kind: string) => {
    const chosen = kinds.find((one) => one === kind);
    if (chosen === undefined) edit({ repeats: found }); // the one that these words cannot say
    else if (isDay(draft.date)) edit({ repeats: choosing(chosen, draft.repeats, found, draft.date) });
  };
  const usual = found.pattern.kind === "none" && isDay(draft.date) ? usualEnd(pattern.kind, draft.date) : undefined;
  const mistake = isDay(draft.date) ? wrongRepeats(draft.repeats, draft.date) : undefined; // said as soon as it is made
  const silent = mistake !== undefined || pattern.kind === "none" || pattern.kind === "other" || !isDay(draft.date);
  return (
    <>
      <div className={s.row}>
      <Field
        label={t("planning.repeats")}
        hint={pattern.kind === "other" ? t("planning.otherHint") : undefined}
        error={mistake === undefined && wrong.repeats !== undefined ? t("planning.wrong.repeats") : undefined}
      >
        {(wiring) => (
          <select
            {...wiring}
            className="field"
            value={pattern.kind}
            onChange={(event) => {
              choose(event.target.value);
            }}
          >
            {[...kinds, ...(found.pattern.kind === "other" ? (["other"] as const) : [])].map((kind) => (
              <option key={kind} value={kind}>
                {t(`planning.kind.${kind}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {"every" in pattern && <IntervalField pattern={pattern} mistake={mistake} change={(now) => { change({ pattern: now }); }} />}
      {pattern.kind === "monthlyByDay" && <DayOfMonth pattern={pattern} change={(now) => { change({ pattern: now }); }} />}
      {pattern.kind === "monthlyByWeekday" && <WeekdayOfMonth pattern={pattern} change={(now) => { change({ pattern: now }); }} />}
      </div>
      {pattern.kind === "other" && pattern.rules.map((rule) => (
        <code key={rule} className={s.rule}>
          {rule}
        </code>
      ))}
      {pattern.kind === "weekly" && <DaysOfWeek pattern={pattern} mistake={mistake} change={(now) => { change({ pattern: now }); }} />}
      {pattern.kind !== "none" && pattern.kind !== "other" && <EndFields usual={usual} mistake={mistake} end={end} first={draft.date} change={(now) => { change({ end: now }); }} />}
      {!silent && <p role="status">{repeatsInWords(draft.repeats, draft.date, currentLanguage(), t)}</p>}
    </>
  );
}

type Counted = Extract<Pattern, { every: number }>;

function IntervalField({ pattern, mistake, change }: PartProps<Counted>) {
  const { t } = useTranslation();
  return (
    <NumberField
      label={t(`planning.interval.${pattern.kind}`)}
      error={mistake === "every" ? t("planning.wrong.every", { most: mostEvery }) : undefined}
      value={pattern.every}
      onChange={(every) => { change({ ...pattern, every }); }}
    />
  );
}

/** A whole number; 0 while nothing of the kind is written. */
function NumberField({ label, error, value, onChange }: { label: string; error: string | undefined; value: number; onChange: (value: number) => void }) {
  return (
    <Field label={label} error={error}>
      {(wiring) => (
        <input
          {...wiring}
          className="field"
          inputMode="numeric"
          autoComplete="off"
          value={value === 0 ? "" : String(value)}
          onChange={(event) => {
            onChange(Number(event.target.value.replace(/\D/g, "").slice(0, 4)));
          }}
        />
      )}
    </Field>
  );
}

function DaysOfWeek({ pattern, mistake, change }: PartProps<Extract<Pattern, { kind: "weekly" }>>) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const refusal = useId();
  const none = mistake === "days";
  return (
    <fieldset className={s.days} aria-describedby={none ? refusal : undefined}>
      <legend>{t("planning.onDays")}</legend>
      {weekdays.map((day) => (
        <label key={day} className={s.dayChoice}>
          <input
            type="checkbox"
            aria-invalid={none || undefined}
            checked={pattern.days.includes(day)}
            onChange={(event) => {
              change({ ...pattern, days: weekdays.filter((one) => (one === day ? event.target.checked : pattern.days.includes(one))) });
            }}
          />
          <span aria-hidden="true">{weekdayName(day, language, "short")}</span>
          <span className="visually-hidden">{weekdayName(day, language)}</span>
        </label>
      ))}
      {none && (
        <p id={refusal} role="alert" className={s.refused}>
          {t("planning.wrong.days")}
        </p>
      )}
    </fieldset>
  );
}

function DayOfMonth({ pattern, change }: PartProps<Extract<Pattern, { kind: "monthlyByDay" }>>) {
  const { t } = useTranslation();
  return (
    <Field label={t("planning.onDay")}>
      {(wiring) => (
        <select {...wiring} className="field" value={pattern.day} onChange={(event) => { change({ ...pattern, day: Number(event.target.value) }); }}>
          {Array.from({ length: 31 }, (_, i) => i + 1).map((day) => (
            <option key={day} value={day}>
              {day}
            </option>
          ))}
          <option value={-1}>{t("planning.lastDay")}</option>
        </select>
      )}
    </Field>
  );
}

function WeekdayOfMonth({ pattern, change }: PartProps<Extract<Pattern, { kind: "monthlyByWeekday" }>>) {
  const { t } = useTranslation();
  return (
    <>
      <Field label={t("planning.onPosition")}>
        {(wiring) => (
          <select
            {...wiring}
            className="field"
            value={pattern.position}
            onChange={(event) => {
              const position = positions.find((one) => String(one) === event.target.value);
              if (position !== undefined) change({ ...pattern, position });
            }}
          >
            {positions.map((position) => (
              <option key={position} value={position}>
                {positionName(position, t)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("planning.onWeekday")}>
        {(wiring) => (
          <select
            {...wiring}
            className="field"
            value={pattern.day}
            onChange={(event) => {
              const day = weekdays.find((one) => one === event.target.value);
              if (day !== undefined) change({ ...pattern, day });
            }}
          >
            {weekdays.map((day) => (
              <option key={day} value={day}>
                {weekdayName(day, currentLanguage())}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

const ends = ["until", "count", "never"] as const;

interface EndProps {
  end: End;
  mistake: RepeatMistake | undefined;
  /** Of a series that is new. */
  usual: End | undefined;
  first: string;
  change: (end: End) => void;
}

function EndFields({ end, mistake, usual, first, change }: EndProps) {
  const { t } = useTranslation();
  const choose = (chosen: string) => {
    if (chosen === "until") change(usual?.kind === chosen ? usual : { kind: chosen, date: "" });
    else if (chosen === "count") change(usual?.kind === chosen ? usual : { kind: chosen, count: 10 });
    else change({ kind: "never" });
  };
  const proposed = usual !== undefined && JSON.stringify(end) === JSON.stringify(usual);
  return (
    <div className={s.row}>
      <Field label={t("planning.ends")} hint={proposed ? t("planning.endProposed") : undefined}>
        {(wiring) => (
          <select {...wiring} className="field" value={end.kind} onChange={(event) => { choose(event.target.value); }}>
            {ends.map((kind) => (
              <option key={kind} value={kind}>
                {t(`planning.end.${kind}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {end.kind === "until" && (
        <Field label={t("planning.endDate")} error={mistake === "until" ? t(end.date === "" ? "planning.wrong.untilEmpty" : "planning.wrong.until") : undefined}>
          {(wiring) => (
            <input {...wiring} type="date" className="field" min={first} value={end.date} onChange={(event) => { change({ ...end, date: event.target.value }); }} />
          )}
        </Field>
      )}
      {end.kind === "count" && (
        <NumberField
          label={t("planning.endCount")}
          error={mistake === "count" ? t("planning.wrong.count", { most: mostTimes }) : undefined}
          value={end.count}
          onChange={(count) => { change({ ...end, count }); }}
        />
      )}
    </div>
  );
}
