import { useTranslation } from "react-i18next";
import { isEvent } from "./events";

/** The words for an event; that of a later server is called by its name. */
export function useEventWord(): (type: string) => string {
  const { t } = useTranslation();
  return (type) => (isEvent(type) ? t(`admin.webhooks.events.${type}`) : type);
}
