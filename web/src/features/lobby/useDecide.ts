import { useMutation } from "@tanstack/react-query";
import { asApiError } from "../../api/error";
import { admit, refuse, type Chosen } from "../../api/lobby";
import type { LobbyStream } from "../../api/stream";

interface Decision {
  slug: string;
  how: "admit" | "refuse";
  chosen: Chosen;
}

export type Decide = ReturnType<typeof useDecide>;

/** A host's yes or no. Who was decided goes from the list at once, in all tabs; the stream says the same a little later. */
export function useDecide(stream: LobbyStream | undefined) {
  const forget = (slug: string, ids: readonly string[], why: string) => {
    for (const id of ids) stream?.tell({ type: "gone", data: JSON.stringify({ slug, id, why }) });
  };
  return useMutation({
    mutationFn: ({ slug, how, chosen }: Decision) => (how === "admit" ? admit(slug, chosen) : refuse(slug, chosen)),
    onSuccess: (ids, { slug, how }) => {
      forget(slug, ids, how === "admit" ? "admitted" : "refused");
    },
    onError: (error, { slug, chosen }) => {
      const late = ["ticket-not-found", "already-decided"].includes(asApiError(error).code);
      if (late && "tickets" in chosen && chosen.tickets.length === 1) forget(slug, chosen.tickets, "left");
    },
  });
}
