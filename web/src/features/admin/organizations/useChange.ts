import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeOrganization, type OrganizationPatch, type VersionedOrganization } from "../../../api/administration";
import { adminKeys } from "../reads";

/** Changes an organization of the version that was read; all that is shown of organizations is then read again. */
export function useChange(id: string, etag: string, onDone?: (now: VersionedOrganization) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: OrganizationPatch) => changeOrganization(id, etag, change),
    onSuccess: async (now) => {
      queries.setQueryData(adminKeys.organization(id), now);
      onDone?.(now);
      await queries.invalidateQueries({ queryKey: [...adminKeys.organizations] });
    },
  });
}

/** What the parts of an organization's page are told. */
export interface PartProps {
  path: string;
  /** Reads again what somebody else has changed, and answers it. */
  onReread: () => Promise<VersionedOrganization | undefined>;
  etag: string;
}
