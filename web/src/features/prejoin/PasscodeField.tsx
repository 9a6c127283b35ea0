import { useTranslation } from "react-i18next";
import { Field } from "../../ui";

/** A passcode as it is sent: digits alone, as people set them apart. Undefined when it is none. */
export function passcodeIn(text: string): string | undefined {
  const digits = text.replace(/[\s-]/g, "");
  return /^\d{4,12}$/.test(digits) ? digits : undefined;
}

export function PasscodeField({ value, error, onChange }: { value: string; error: string | undefined; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <Field label={t("prejoin.passcode")} hint={t("prejoin.passcodeHint")} error={error}>
      {(wiring) => (
        <input
          {...wiring}
          className="field"
          name="passcode"
          inputMode="numeric"
          autoComplete="off"
          maxLength={24}
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      )}
    </Field>
  );
}
