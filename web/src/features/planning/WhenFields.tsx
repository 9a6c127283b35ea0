import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import { Field } from "../../ui";
import { ownZone } from "../../ui/when";
import { isAllowed, lockOf, useLockText, useRefusal, type Rules } from "../policy";
import { isDay } from "./days";
import type { Wrong } from "./draft";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";
import { followAll } from "./repeats";
import { lengthInWords } from "./words";
import { presentName, zonesByRegion } from "./zones";

const lengths = [15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 420, 480];

/** What is chosen of and what is chosen now, in order: a length that was set elsewhere stays a choice. */
export const withNow = (choices: readonly number[], now: number): number[] => [...new Set([...choices, now])].sort((a, b) => a - b);

/** Day, time, length and zone. */
export function WhenFields({ draft, wrong, rules, edit }: FieldsProps) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const [found] = useState(draft.repeats);
  const [present] = useState(draft.timeZone); // stays within reach, under whatever name
  const { first, regions } = useMemo(
    () => zonesByRegion([presentName(ownZone()), present], isDay(draft.date) ? new Date(`${draft.date}T12:00:00Z`) : new Date()),
    [present, draft.date],
  );
  const moveTo = (date: string) => {
    edit({ date, repeats: isDay(date) && isDay(draft.date) ? followAll(draft.repeats, found, draft.date, date) : draft.repeats });
  };
  return (
    <div className={s.row}>
      <Field label={t("planning.date")} error={wrong.start && t("planning.wrong.start")}>
        {(wiring) => (
          <input
            {...wiring}
            type="date"
            className="field"
            value={draft.date}
            onChange={(event) => {
              moveTo(event.target.value);
            }}
          />
        )}
      </Field>
      <Field label={t("planning.time")}>
        {(wiring) => (
          <input
            {...wiring}
            type="time"
            className="field"
            value={draft.time}
            onChange={(event) => {
              edit({ time: event.target.value.slice(0, 5) });
            }}
          />
        )}
      </Field>
      <LengthField minutes={draft.minutes} wrong={wrong.duration} rules={rules} onChange={(minutes) => { edit({ minutes }); }} />
      <Field label={t("planning.timeZone")} error={wrong.timeZone && t("planning.wrong.timeZone")}>
        {(wiring) => (
          <select
            {...wiring}
            className="field"
            lang={language}
            value={draft.timeZone}
            onChange={(event) => {
              edit({ timeZone: event.target.value });
            }}
          >
            {first.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
            {regions.map(({ region, zones }) => (
              <optgroup key={region ?? "other"} label={t(`planning.regions.${region ?? "other"}`)}>
                {zones.map(({ id, label }) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

interface LengthFieldProps {
  minutes: number;
  wrong: Wrong["duration"];
  rules?: Rules;
  onChange: (minutes: number) => void;
}

export function LengthField({ minutes, wrong, rules, onChange }: LengthFieldProps) {
  const { t } = useTranslation();
  const lockText = useLockText();
  const refusal = useRefusal(rules);
  const lock = lockOf(rules, "maxMinutes");
  return (
    <Field label={t("planning.length")} hint={lock && lockText(lock)} error={wrong && (wrong === "locked" ? refusal("maxMinutes") : t("planning.wrong.duration"))}>
      {(wiring) => (
        <select
          {...wiring}
          className="field"
          value={minutes}
          onChange={(event) => {
            onChange(Number(event.target.value));
          }}
        >
          {withNow(lengths, minutes).map((length) => (
            <option key={length} value={length} disabled={!isAllowed(lock, length)}>
              {lengthInWords(length, currentLanguage())}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
