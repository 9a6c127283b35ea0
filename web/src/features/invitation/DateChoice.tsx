import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Occurrence } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { SelectField } from "../../ui";
import { inWords } from "../../ui/time";
import { whenInWords } from "../../ui/when";
import s from "./invitation.module.css";

interface DateChoiceProps {
  dates: readonly Occurrence[];
  timeZone: string;
  /** The name of a date; empty is all of them. */
  about: string;
  onChoose: (about: string) => void;
}

const next = 12; // dates that are offered at first: who answers to one answers to one of these

/** Whether one answers to all dates of a series or to one, the next ones first and by months. */
export function DateChoice({ dates, timeZone, about, onChoose }: DateChoiceProps) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const later = dates.length - next;
  return (
    <div ref={box} className={s.choice}>
      <SelectField
        label={t("invitation.about")}
        hint={t("invitation.aboutHint")}
        any={t("invitation.all")}
        options={byMonth(all ? dates : dates.slice(0, next), timeZone).map(({ month, dates: of }) => ({
          label: month,
          options: of.map((date) => ({ value: date.id, label: whenInWords(date.start, date.end, currentLanguage(), timeZone) })),
        }))}
        value={about}
        onChoose={onChoose}
      />
      {later > 0 && !all && (
        <div>
          <button
            type="button"
            className="btn"
            onClick={() => {
              setAll(true);
              box.current?.querySelector("select")?.focus(); // the button goes away
            }}
          >
            {t("invitation.laterDates", { count: later })}
          </button>
        </div>
      )}
    </div>
  );
}

/** On the clocks of the meeting, as the dates themselves are named. */
function byMonth(dates: readonly Occurrence[], timeZone: string): { month: string; dates: Occurrence[] }[] {
  const months = new Map<string, Occurrence[]>();
  for (const date of dates) {
    const month = inWords(new Date(date.start), currentLanguage(), { month: "long", year: "numeric", timeZone });
    months.set(month, [...(months.get(month) ?? []), date]);
  }
  return [...months].map(([month, of]) => ({ month, dates: of }));
}
