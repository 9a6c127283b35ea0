import type { Hand, Message, ReactionName } from "../api/types";

export const reactions: readonly ReactionName[] = [
  "thumbs-up",
  "thumbs-down",
  "clap",
  "heart",
  "laugh",
  "surprised",
  "party",
  "thanks",
];

interface HandChange {
  participant: string;
  name: string;
  raised: boolean;
  raisedAt?: string;
}
export interface ReactionItem {
  participant: string;
  name: string;
  reaction: ReactionName;
  count: number;
}

/** What the server says to the people of a call. seq counts per room; a reaction has seq 0 and may be lost. */
export type Signal =
  | { type: "message"; seq: number; data: Message }
  | { type: "hand"; seq: number; data: HandChange }
  | { type: "reaction"; seq: number; data: { items: ReactionItem[] } }
  | { type: "other"; seq: number };

/** Reads a signal, or answers undefined for what is none. Types that this version does not know still count in seq. */
export function readSignal(payload: Uint8Array): Signal | undefined {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
  if (!isRecord(body) || typeof body.type !== "string") return undefined;
  const seq = body.seq ?? 0;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) return undefined;
  return known(body.type, seq, body.data);
}

function known(type: string, seq: number, data: unknown): Signal | undefined {
  switch (type) {
    case "message":
      return isMessage(data) ? { type, seq, data } : undefined;
    case "hand":
      return isHandChange(data) ? { type, seq, data } : undefined;
    case "reaction":
      return isRecord(data) && Array.isArray(data.items)
        ? { type, seq, data: { items: data.items.filter(isReactionItem) } }
        : undefined;
    default:
      return { type: "other", seq };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMessage(value: unknown): value is Message {
  return (
    isRecord(value) &&
    ["id", "participant", "name", "text", "at"].every((key) => typeof value[key] === "string") &&
    !Number.isNaN(Date.parse(String(value.at)))
  );
}

function isHandChange(value: unknown): value is HandChange {
  return (
    isRecord(value) &&
    typeof value.participant === "string" &&
    typeof value.name === "string" &&
    typeof value.raised === "boolean" &&
    (!value.raised || typeof value.raisedAt === "string")
  );
}

function isReactionItem(value: unknown): value is ReactionItem {
  return (
    isRecord(value) &&
    typeof value.participant === "string" &&
    typeof value.name === "string" &&
    typeof value.count === "number" &&
    reactions.some((name) => name === value.reaction)
  );
}

export type { Hand, Message, ReactionName };
