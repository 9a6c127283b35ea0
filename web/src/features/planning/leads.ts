import type { Meeting } from "../../api/meetings";
import type { Me } from "../../api/types";

/** Whether somebody organizes a meeting, or stands in for who does. */
export function leads(meeting: Meeting, me: Me, now = Date.now()): boolean {
  const person = me.person?.id;
  if (person === undefined) return false;
  const standsIn = (meeting.deputies ?? []).some(({ user, until }) => user === person && (until === undefined || Date.parse(until) > now));
  return meeting.organizer?.user === person || standsIn;
}

/** Whether who leads a meeting may read of its room at any time: a deputy has a role in a room that was there before while the meeting is on. */
export const knowsRoom = ({ room, organizer }: Meeting, person: string | undefined): boolean =>
  room?.mode === "dedicated" || (person !== undefined && organizer?.user === person);
