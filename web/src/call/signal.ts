import { abilities, type Ability, type Source, type Tightened } from "../api/hosting";
import type { Hand, Message, ReactionName, Role } from "../api/types";

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

/** An act of a host. `by` is a name, empty when the server did not say whose act it was. */
type Acts =
  | { type: "lock"; seq: number; data: { locked: boolean; by: string } }
  | { type: "spotlight"; seq: number; data: { participants: string[] } }
  | { type: "restrictions"; seq: number; data: { participant: string | null; forbidden: Ability[]; allowed: Ability[]; by: string } }
  | { type: "role"; seq: number; data: { participant: string; role: Role; by: string } }
  | { type: "renamed"; seq: number; data: { participant: string; name: string } }
  | { type: "muted"; seq: number; data: { participant: string; source: Source; by: string } }
  | { type: "unmute-asked"; seq: number; data: { by: string; request: string } }
  | { type: "ended"; seq: number; data: { by: string; byTime: boolean } }
  | { type: "administrator"; seq: number; data: { participant: string; name: string; everywhere: boolean } }
  | { type: "limits"; seq: number; data: { endsAt: number | undefined } }
  | { type: "tightened"; seq: number; data: { tightened: readonly Tightened[] } };

/** What the server says to the people of a call. seq counts per room; what has seq 0 moves no state and may be lost. */
export type Signal =
  | { type: "message"; seq: number; data: Message }
  | { type: "hand"; seq: number; data: HandChange }
  | { type: "reaction"; seq: number; data: { items: ReactionItem[] } }
  | Acts
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
      return knownAct(type, seq, isRecord(data) ? data : {});
  }
}

function knownAct(type: string, seq: number, data: Record<string, unknown>): Signal | undefined {
  const by = nameOf(data.by);
  const { participant } = data;
  switch (type) {
    case "lock":
      return typeof data.locked === "boolean" ? { type, seq, data: { locked: data.locked, by } } : undefined;
    case "spotlight":
      return isTexts(data.participants) ? { type, seq, data: { participants: data.participants } } : undefined;
    case "restrictions":
      return (participant === null || typeof participant === "string") && isTexts(data.forbidden)
        ? { type, seq, data: { participant, forbidden: abilitiesIn(data.forbidden), allowed: isTexts(data.allowed) ? abilitiesIn(data.allowed) : [], by } }
        : undefined;
    case "role": {
      const role = roles.find((one) => one === data.role);
      return typeof participant === "string" && role ? { type, seq, data: { participant, role, by } } : undefined;
    }
    case "renamed":
      return typeof participant === "string" && typeof data.name === "string"
        ? { type, seq, data: { participant, name: data.name } }
        : undefined;
    case "muted": {
      const source = sources.find((one) => one === data.source);
      return typeof participant === "string" && source ? { type, seq, data: { participant, source, by } } : undefined;
    }
    case "administrator":
      return typeof participant === "string" && typeof data.name === "string"
        ? { type, seq, data: { participant, name: data.name, everywhere: data.role === "platform-admin" } }
        : undefined;
    case "limits":
      return { type, seq, data: { endsAt: timeOf(data.endsAt) } };
    case "tightened":
      return Array.isArray(data.tightened) ? { type, seq, data: { tightened: data.tightened.filter(isTightened) } } : undefined;
    case "unmute-asked":
      return { type, seq, data: { by, request: typeof data.request === "string" ? data.request : "" } };
    case "ended":
      return { type, seq, data: { by, byTime: data.reason === "ended-by-time" } };
    default:
      return { type: "other", seq };
  }
}

const roles: readonly Role[] = ["owner", "moderator", "member"];
const sources: readonly Source[] = ["microphone", "camera", "screen"];

/** In ms, or undefined for what is no time. */
export function timeOf(text: unknown): number | undefined {
  const time = typeof text === "string" ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

function nameOf(by: unknown): string {
  return isRecord(by) && typeof by.name === "string" ? by.name : "";
}

// What a later version may forbid besides is no control of this one.
function abilitiesIn(names: readonly string[]): Ability[] {
  return abilities.filter((ability) => names.includes(ability));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTightened(value: unknown): value is Tightened {
  return isRecord(value) && typeof value.setting === "string" && isTexts(value.lockedBy);
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
