import type { Meeting } from "../../api/meetings";
import type { Me } from "../../api/types";

/** Whether somebody organizes a meeting, or stands in for who does. */
export function leads(meeting: Meeting, me: Me, now = Date.now()): boolean {
  const person = me.person?.id;
  if (person === undefined) return false;
  const standsIn = (meeting.deputies ?? []).some(({ user, until }) => user === person && (until === undefined || Date.parse(until) > now));
  return meeting.organizer?.user === person || standsIn;
}
