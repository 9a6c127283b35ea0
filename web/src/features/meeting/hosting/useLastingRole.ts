import { useRoom } from "../../../api/queries";
import { useView } from "../context";

/** The role of this person beyond the meeting: what holds in later ones too asks for it. */
export function useLastingRole() {
  const slug = useView((view) => view.joined.room.slug);
  return useRoom(slug).data?.room.lastingRole;
}
