import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { standingOf, type Person } from "../../call/people";

/** What stands under a name: the organization, or one of our words. */
export function useStanding(): (person: Pick<Person, "assurance" | "organization">) => string {
  const { t } = useTranslation();
  return useCallback(
    (person) => {
      const standing = standingOf(person);
      return standing.kind === "organization" ? standing.name : t(`call.${standing.kind}`);
    },
    [t],
  );
}
