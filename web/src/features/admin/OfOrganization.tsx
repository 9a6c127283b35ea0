import { useTranslation } from "react-i18next";
import { organizations, type Found } from "./find";
import { FindField } from "./FindField";

/** Narrows a list to one organization. */
export function OfOrganization({ label, path, chosen, onChoose }: { label: string; path: string; chosen: Found | undefined; onChoose: (one: Found | undefined) => void }) {
  const { t } = useTranslation();
  return <FindField label={label} hint={t("admin.apps.searchOrganization")} finder={organizations} path={path} chosen={chosen} onChoose={onChoose} />;
}
