import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import { Field } from "../../ui";
import { inWords } from "../../ui/time";
import { monthName, type Month } from "./coming";

interface MonthFieldProps {
  months: readonly Month[];
  /** The one that is chosen, yyyy-mm; none is from now on. */
  value: string;
  onChoose: (month: string) => void;
}

/** From which month on one looks, in a list that every browser has: not all know a field for months. */
export function MonthField({ months, value, onChoose }: MonthFieldProps) {
  const { t } = useTranslation();
  const years = [...new Set(months.map(({ start }) => start.getFullYear()))];
  return (
    <Field label={t("planning.fromMonth")}>
      {(wiring) => (
        <select
          {...wiring}
          className="field"
          value={value}
          onChange={(event) => {
            onChoose(event.target.value);
          }}
        >
          <option value="">{t("planning.fromNow")}</option>
          {years.map((year) => (
            <optgroup key={year} label={inWords(new Date(year, 0, 1), currentLanguage(), { year: "numeric" })}>
              {months
                .filter(({ start }) => start.getFullYear() === year)
                .map((month) => (
                  <option key={month.value} value={month.value}>
                    {monthName(month.start, currentLanguage())}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      )}
    </Field>
  );
}
