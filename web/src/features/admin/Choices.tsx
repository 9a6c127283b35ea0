import s from "./admin.module.css";

interface ChoicesProps<T extends string> {
  legend: string;
  hint?: string;
  all: readonly T[];
  chosen: readonly T[];
  word: (one: T) => string;
  onChoose: (chosen: T[]) => void;
}

/** Several of a list, each with its words. */
export function Choices<T extends string>({ legend, hint, all, chosen, word, onChoose }: ChoicesProps<T>) {
  return (
    <fieldset className={s.choices}>
      <legend>{legend}</legend>
      {hint !== undefined && <p className="small muted">{hint}</p>}
      {all.map((one) => (
        <label key={one} className={s.choice}>
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={(event) => {
              onChoose(event.target.checked ? [...chosen, one] : chosen.filter((other) => other !== one));
            }}
          />
          <span>
            {word(one)} <code className="small muted">{one}</code>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
