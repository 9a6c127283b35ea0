import { useTranslation } from "react-i18next";
import { FindField, organizations, type Found } from "./FindField";

/** Narrows a list to one organization. */
export function OfOrganization({ label, chosen, onChoose }: { label: string; chosen: Found | undefined; onChoose: (one: Found | undefined) => void }) {
  const { t } = useTranslation();
  return <FindField label={label} hint={t("admin.apps.searchOrganization")} finder={organizations} chosen={chosen} onChoose={onChoose} />;
}
