import type { InvitedTo } from "../../api/invitations";

/** A weekly meeting on Tuesdays at nine in Paris, to which Zoé is invited. */
export function invitation(more: Partial<InvitedTo> = {}): InvitedTo {
  const date = (day: string) => ({
    id: `202611${day}T090000`, title: "Comité de suivi", start: `2026-11-${day}T08:00:00Z`, end: `2026-11-${day}T09:00:00Z`,
    opens: `2026-11-${day}T07:45:00Z`, closes: `2026-11-${day}T09:30:00Z`,
  });
  return {
    meeting: "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58", status: "confirmed", title: "Comité de suivi", language: "fr", organizer: "Jeanne Morel",
    timeZone: "Europe/Paris", start: "2026-11-24T09:00:00", duration: "PT1H", recurs: true, rules: ["FREQ=WEEKLY;COUNT=2"], slug: "abc-defg-hij", invitee: { name: "Zoé", email: "z…@x.example", rsvp: "needs-action" }, dates: [date("24"), date("30")], ...more,
  };
}
