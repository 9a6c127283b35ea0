import type { InvitedTo } from "../../api/invitations";
import type { Answer, Said } from "../../api/meetings";

/** What one answers to one date, or to all: an answer to a date stands over that to all. */
export function answerTo(said: Said, occurrence: string): { answer: Answer; comment: string; own: boolean } {
  const dated = occurrence === "" ? undefined : said.answers?.find((one) => one.occurrence === occurrence);
  if (dated !== undefined) return { answer: dated.rsvp, comment: dated.comment ?? "", own: true };
  return { answer: said.rsvp ?? "needs-action", comment: occurrence === "" ? (said.comment ?? "") : "", own: occurrence === "" };
}

/** How one's answers stand: that to all dates, and to how many of those to come one answers otherwise. */
export function standing(said: Said, dates: readonly { id: string }[]): { answer: Answer; otherwise: number } {
  const answer = said.rsvp ?? "needs-action";
  return { answer, otherwise: dates.filter(({ id }) => answerTo(said, id).answer !== answer).length };
}

type State = "open" | "over" | "cancelled";

export function stateOf({ status, dates }: InvitedTo): State {
  if (status === "cancelled") return "cancelled";
  return dates.length === 0 ? "over" : "open";
}

type Opened = Pick<InvitedTo["dates"][number], "opens" | "closes">;

/** The date whose room is open now. */
export function openAt<D extends Opened>(dates: readonly D[], now: number): D | undefined {
  return dates.find(({ opens, closes }) => Date.parse(opens) <= now && now < Date.parse(closes));
}

/** When the page next looks otherwise: a room opens or closes. Far ahead when none does. */
export function nextTurn(dates: readonly Opened[], now: number): Date {
  const turns = dates.flatMap(({ opens, closes }) => [Date.parse(opens), Date.parse(closes)]).filter((turn) => turn > now);
  return new Date(Math.min(now + 24 * 3_600_000, ...turns));
}
