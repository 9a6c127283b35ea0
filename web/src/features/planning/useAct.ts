import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asApiError } from "../../api/error";
import type { VersionedMeeting } from "../../api/meetings";
import { keys } from "../../api/queries";

/**
 * An act on the version of a meeting that is on the page. When somebody else was first, the page shows what they made of
 * it, and says so: `overtaken`.
 */
export function useAct<A>(act: (what: A) => Promise<VersionedMeeting | undefined>, id: string, onDone: (now: VersionedMeeting | undefined) => void, onOvertaken: () => void) {
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const mutation = useMutation({
    mutationFn: act,
    onSuccess: async (now) => {
      if (now === undefined) await queries.invalidateQueries({ queryKey: keys.meeting(id) });
      else queries.setQueryData(keys.meeting(now.meeting.id), now);
      await queries.invalidateQueries({ queryKey: keys.dates(id) });
      void queries.invalidateQueries({ queryKey: keys.agenda });
      onDone(now);
    },
    onError: async (failed) => {
      if (asApiError(failed).code !== "version-changed") {
        setError(failed);
        return;
      }
      await queries.invalidateQueries({ queryKey: keys.meeting(id) }); // its dates, too
      onOvertaken();
    },
  });
  return {
    busy: mutation.isPending,
    error,
    act: (what: A) => {
      setError(undefined);
      if (!mutation.isPending) mutation.mutate(what);
    },
    forget: () => {
      setError(undefined);
    },
  };
}
