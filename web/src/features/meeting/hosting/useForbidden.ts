import { useTranslation } from "react-i18next";
import type { Ability } from "../../../api/hosting";
import { useCall, useView } from "../context";

/** Why a control is off for this person, or undefined when it is not. */
export function useForbidden(ability: Ability): string | undefined {
  const { t } = useTranslation();
  const call = useCall();
  return useView(() => call.isOff(ability)) ? t("hosting.notAllowed") : undefined;
}
