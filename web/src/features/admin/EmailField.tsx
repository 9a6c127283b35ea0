import { Field } from "../../ui";

interface EmailFieldProps {
  label: string;
  hint: string;
  value: string;
  onWrite: (value: string) => void;
}

/** To whom software or its webhook belongs, for those who have to write to somebody. */
export function EmailField({ label, hint, value, onWrite }: EmailFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(wiring) => (
        <input
          className="field"
          type="email"
          maxLength={254}
          autoComplete="off"
          value={value}
          onChange={(event) => {
            onWrite(event.target.value);
          }}
          {...wiring}
        />
      )}
    </Field>
  );
}
