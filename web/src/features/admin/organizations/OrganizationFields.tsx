import { useTranslation } from "react-i18next";
import type { Organization } from "../../../api/administration";
import { Field } from "../../../ui";

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
      <Field label={t("admin.organizations.kind")}>
        {(wiring) => (
          <select
            className="field"
            value={written.kind}
            onChange={(event) => {
              onWrite({ ...written, kind: kinds.find((one) => one === event.target.value) ?? written.kind });
            }}
            {...wiring}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {t(`admin.organizations.kinds.${one}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
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
