import { useTranslation } from "react-i18next";
import type { Organization } from "../../../api/administration";
import { Field, SelectField } from "../../../ui";

/** What is written of an organization, as it stands in the fields. */
export interface Written {
  name: string;
  kind: Organization["kind"];
  contact: string;
}

const kinds: readonly Organization["kind"][] = ["ministry", "agency", "other"];

export function OrganizationFields({ written, onWrite }: { written: Written; onWrite: (now: Written) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Field label={t("admin.organizations.nameField")}>
        {(wiring) => (
          <input
            className="field"
            required
            maxLength={200}
            autoComplete="off"
            value={written.name}
            onChange={(event) => {
              onWrite({ ...written, name: event.target.value });
            }}
            {...wiring}
          />
        )}
      </Field>
      <SelectField
        label={t("admin.organizations.kind")}
        options={kinds.map((value) => ({ value, label: t(`admin.organizations.kinds.${value}`) }))}
        value={written.kind}
        onChoose={(kind) => {
          onWrite({ ...written, kind });
        }}
      />
      <Field label={t("admin.organizations.contact")} hint={t("admin.organizations.contactHint")}>
        {(wiring) => (
          <input
            className="field"
            maxLength={254}
            autoComplete="off"
            value={written.contact}
            onChange={(event) => {
              onWrite({ ...written, contact: event.target.value });
            }}
            {...wiring}
          />
        )}
      </Field>
    </>
  );
}
