import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asApiError } from "../../api/error";
import { keys } from "../../api/queries";
import { changeRoom, type Versioned } from "../../api/rooms";
import type { RoomPatch } from "../../api/types";

/** Writes a change against the version that it was made for, and keeps what the server answers. */
export function useChange(slug: string, onDone?: (now: Versioned) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ etag, change }: { etag: string; change: RoomPatch }) => changeRoom(slug, etag, change),
    onSuccess: (now) => {
      queries.setQueryData(keys.room(slug), now);
      void queries.invalidateQueries({ queryKey: keys.rooms });
      void queries.invalidateQueries({ queryKey: keys.roomPolicy(slug) });
      onDone?.(now);
    },
    // A lock that the page did not know of is read, and shown beside what it refuses.
    onError: (error) => {
      if (asApiError(error).code === "policy-locked") void queries.invalidateQueries({ queryKey: keys.roomPolicy(slug) });
    },
  });
}
