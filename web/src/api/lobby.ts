import { send, type Tightened } from "./hosting";
import type { Joined } from "./types";

/** Why somebody waits: for a host’s yes, for a host to come, because a host has put them out of the call, to prove an address first, or for a host’s yes to what becomes stricter by them. */
const reasons = ["lobby", "host", "removed", "returned", "email", "tightens"] as const;
type WaitReason = (typeof reasons)[number];

/** Whether this version knows the word. */
export function isReason(word: string): word is WaitReason {
  return reasons.some((reason) => reason === word);
}

/** One's own place in the lobby. A place is of one room and one browser. */
export interface Ticket {
  id: string;
  state: "waiting";
  reason: WaitReason;
  since: string;
  expiresAt: string;
  name: string;
  note: string;
}

/** What joining answers to who has to wait (202). */
export interface Waiting {
  ticket: Ticket;
  room: { slug: string; url: string; language: string };
}

/** Somebody who waits, as hosts see them. */
export interface Knock {
  id: string;
  name: string;
  kind: string;
  organization: string;
  assurance: string;
  email?: string;
  /** The name on the personal link that they brought. */
  invited?: string;
  reason: string;
  note?: string;
  since: string;
  /** What becomes stricter until the meeting ends, when they are let in. */
  tightens?: readonly Tightened[];
}

/** Whether somebody is let in by name alone: whom a host has removed, and by whom the meeting becomes stricter. */
export const isApart = ({ reason, tightens = [] }: Knock): boolean => reason === "removed" || tightens.length > 0;

export const longestNote = 200;

export function isWaiting(answer: Joined | Waiting): answer is Waiting {
  return "ticket" in answer;
}

/** Of some by their ids, or of all who wait. Answers the ids that it did something to. */
export type Chosen = { tickets: readonly string[] } | { all: true };

export async function admit(slug: string, chosen: Chosen): Promise<string[]> {
  return (await send<{ admitted: string[] }>("POST", `${slug}/lobby/admit`, chosen)).admitted;
}

export async function refuse(slug: string, chosen: Chosen): Promise<string[]> {
  return (await send<{ refused: string[] }>("POST", `${slug}/lobby/refuse`, chosen)).refused;
}

export function writeNote(slug: string, ticket: string, text: string): Promise<void> {
  return send("PUT", `${slug}/lobby/${ticket}/note`, { text });
}

export function leaveLobby(slug: string, ticket: string): Promise<void> {
  return send("DELETE", `${slug}/lobby/${ticket}`);
}

/** Takes somebody out of the call, to wait until a host lets them in again. */
export function sendBack(slug: string, participant: string): Promise<void> {
  return send("POST", `${slug}/participants/${participant}/lobby`, {});
}
