import { Field } from "../../ui";

interface OverlapFieldProps<T extends string> {
  label: string;
  all: readonly T[];
  chosen: T;
  word: (one: T) => string;
  onChoose: (chosen: T) => void;
}

/** For how long the secrets before a new one still hold. */
export function OverlapField<T extends string>({ label, all, chosen, word, onChoose }: OverlapFieldProps<T>) {
  return (
    <Field label={label}>
      {(wiring) => (
        <select
          className="field"
          value={chosen}
          onChange={(event) => {
            onChoose(all.find((one) => one === event.target.value) ?? chosen);
          }}
          {...wiring}
        >
          {all.map((one) => (
            <option key={one} value={one}>
              {word(one)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
