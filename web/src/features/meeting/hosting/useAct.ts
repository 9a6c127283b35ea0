import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../../api/queries";
import { useView } from "../context";

/** Something that a host does. What came of it is shown by what the server says next; a refusal is `act.error`. */
export function useAct() {
  const queries = useQueryClient();
  const slug = useView((view) => view.joined.room.slug);
  const act = useMutation({
    mutationFn: (does: (slug: string) => Promise<unknown>) => does(slug),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.participants(slug) }),
  });
  return act;
}
