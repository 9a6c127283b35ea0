import { useTranslation } from "react-i18next";
import type { OrganizationState } from "../../../api/administration";
import s from "../admin.module.css";

const tones: Record<OrganizationState, string | undefined> = { active: undefined, pending: "warn", refused: "danger" };

/** Where an organization stands, in a word. */
export function StateBadge({ state }: { state: OrganizationState }) {
  const { t } = useTranslation();
  return (
    <span className={`tag ${s.state ?? ""}`} data-tone={tones[state]}>
      {t(`admin.organizations.states.${state}`)}
    </span>
  );
}
