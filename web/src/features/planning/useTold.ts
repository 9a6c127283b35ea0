import { useTranslation } from "react-i18next";
import type { Meeting } from "../../api/meetings";

/** Whether those invited hear of an act, after it: nobody is told where the installation sends no mail. */
export function useTold(): (meeting: Meeting) => string {
  const { t } = useTranslation();
  return ({ invitees = [], warnings }) => {
    if (invitees.length === 0) return "";
    return warnings.some(({ code }) => code === "mail-off") ? t("planning.warning.mail-off") : t("planning.toldByMail");
  };
}
