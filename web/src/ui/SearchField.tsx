import { Field } from "./Field";

interface SearchFieldProps {
  label: string;
  hint?: string | undefined;
  value: string;
  onType: (text: string) => void;
}

const longest = 100; // of what the server searches by

/** What somebody looks for. The browser offers nothing of what was looked for before. */
export function SearchField({ label, hint, value, onType }: SearchFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(wiring) => (
        <input
          {...wiring}
          className="field"
          type="search"
          maxLength={longest}
          autoComplete="off"
          value={value}
          onChange={(event) => {
            onType(event.target.value);
          }}
        />
      )}
    </Field>
  );
}
