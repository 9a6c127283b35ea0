import type { SectionProps } from "../sections";
import { LiveList } from "./LiveList";
import { LiveRoomPage } from "./LiveRoomPage";

/** Where meetings run now: all that one administers, and one of them. */
export function LivePage({ appointments, rest }: SectionProps) {
  return rest === "" ? <LiveList /> : <LiveRoomPage key={rest} id={rest} appointments={appointments} />;
}
