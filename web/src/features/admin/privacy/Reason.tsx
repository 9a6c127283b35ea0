import { useTranslation } from "react-i18next";
import { Field } from "../../../ui";

const least = 10;
const most = 1000;

export const reasonSuffices = (reason: string) => [...reason.trim()].length >= least;

/** Why a hold is placed or ended: somebody answers for it. */
export function Reason({ value, tried, onChange }: { value: string; tried: boolean; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  return (
    <Field
      label={t("admin.privacy.holds.reason")}
      hint={t("admin.privacy.holds.reasonHint")}
      error={tried && !reasonSuffices(value) ? t("admin.privacy.holds.reasonShort") : undefined}
    >
      {(wiring) => (
        <textarea
          className="field"
          rows={3}
          maxLength={most}
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
          }}
          {...wiring}
        />
      )}
    </Field>
  );
}
