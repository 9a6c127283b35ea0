import { useTranslation } from "react-i18next";
import type { Meeting, Occurrence, Scope } from "../../api/meetings";
import { localOfId } from "./days";
import s from "./planning.module.css";

const scopes = ["this", "thisAndFollowing"] as const satisfies Scope[];

/** The first date that is left and all that follow are the whole meeting, which has a page and a button of its own. */
export const isFirst = (meeting: Meeting, date: Occurrence): boolean => (meeting.first === undefined ? localOfId(date.id) <= meeting.start : date.id <= meeting.first);

interface ScopeChoiceProps {
  legend: string;
  words: "scopes" | "cancelScopes";
  scope: Scope;
  onChange: (scope: Scope) => void;
}

export function ScopeChoice({ legend, words, scope, onChange }: ScopeChoiceProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={s.choices}>
      <legend className="visually-hidden">{legend}</legend>
      {scopes.map((one) => (
        <label key={one} className={s.choice}>
          <input
            type="radio"
            name="scope"
            value={one}
            checked={scope === one}
            onChange={() => {
              onChange(one);
            }}
          />
          <span>{t(`planning.${words}.${one}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
