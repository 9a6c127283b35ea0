import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** The sentence for a problem code; a code of a later server falls back to the general one. */
export function useErrorText(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (code: string) => {
      const key = `errors.${code}`;
      return i18n.exists(key) ? i18n.t(key as "errors.internal") : t("errors.internal");
    },
    [t, i18n],
  );
}
