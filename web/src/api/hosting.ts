import { apiError, networkError } from "./error";
import type { Role } from "./types";

/** What a host may take away from somebody, or from everybody who does not host. */
export type Ability = "microphone" | "camera" | "screen" | "chat" | "reactions";
export const abilities: readonly Ability[] = ["microphone", "camera", "screen", "chat", "reactions"];

/** What comes from somebody's browser and can be stopped. */
export type Source = Extract<Ability, "microphone" | "camera" | "screen">;

/** A setting that counts until the meeting ends because of who came, and who locked it. */
export interface Tightened {
  setting: string;
  value: unknown;
  lockedBy: readonly string[];
}

/** The part of a call's state that hosts make. */
export interface HostingState {
  locked: boolean;
  spotlight: string[];
  forbiddenToMe: Ability[];
  /** Although it is forbidden to all. */
  allowedToMe: Ability[];
  forbiddenForAll: Ability[];
  role: Role;
  /** When the meeting ends by itself, where it has a longest time. */
  endsAt?: string | null;
  /** The server of before leaves it out. */
  tightened?: readonly Tightened[];
}

/** Somebody in the call as a host sees them. */
export interface Participant {
  id: string;
  name: string;
  organization: string;
  assurance: string;
  kind: string;
  role: Role;
  joinedAt: string;
  connected: boolean;
  forbidden: Ability[];
  /** Although it is forbidden to all; the server of before leaves it out. */
  allowed?: Ability[];
  hand?: { raisedAt: string };
}

/** Somebody who may not enter the room until a host lets them again. */
export interface Block {
  id: string;
  name: string;
  kind: string;
  blockedAt: string;
  blockedBy: string;
}

export async function listParticipants(slug: string, signal?: AbortSignal): Promise<Participant[]> {
  return (await send<{ items: Participant[] }>("GET", `${slug}/participants`, undefined, signal)).items;
}

/** Mutes, or stops a camera or a share; the person may turn it on again. */
export function mute(slug: string, participant: string, source: Source): Promise<void> {
  return send("POST", `${slug}/participants/${participant}/mute`, { source });
}

export function askToUnmute(slug: string, participant: string): Promise<void> {
  return send("POST", `${slug}/participants/${participant}/ask-to-unmute`, {});
}

/** true allows, false forbids, null takes back what was decided; what is left out stays. */
type Permissions = Partial<Record<Ability, boolean | null>>;

export function permit(slug: string, participant: string, change: Permissions): Promise<Participant> {
  return send("PATCH", `${slug}/participants/${participant}/permissions`, change);
}

/** For everybody who does not host, until the meeting is over. */
export function permitAll(slug: string, change: Permissions): Promise<void> {
  return send("PATCH", `${slug}/permissions`, change);
}

export function remove(slug: string, participant: string, block: boolean): Promise<void> {
  return send("POST", `${slug}/participants/${participant}/remove`, { block });
}

/** Guests only: who is signed in bears the name of their account. */
export function rename(slug: string, participant: string, name: string): Promise<Participant> {
  return send("PUT", `${slug}/participants/${participant}/name`, { name });
}

/** keep: the role holds after the meeting too. */
export function setRole(slug: string, participant: string, role: Role, keep: boolean): Promise<Participant> {
  return send("PUT", `${slug}/participants/${participant}/role`, { role, keep });
}

export function spotlight(slug: string, participants: readonly string[]): Promise<void> {
  return send("PUT", `${slug}/spotlight`, { participants });
}

/** Answers how many microphones were on. */
export async function muteAll(slug: string, except: readonly string[]): Promise<number> {
  return (await send<{ muted: number }>("POST", `${slug}/mute-all`, { source: "microphone", except })).muted;
}

/** Without participants: all hands. */
export function lowerHands(slug: string, participants?: readonly string[]): Promise<void> {
  return send("POST", `${slug}/lower-hands`, participants === undefined ? {} : { participants });
}

export function lock(slug: string, locked: boolean): Promise<void> {
  return send("POST", `${slug}/${locked ? "lock" : "unlock"}`, {});
}

export function endForAll(slug: string): Promise<void> {
  return send("POST", `${slug}/end`, {});
}

export async function listBlocks(slug: string, signal?: AbortSignal): Promise<Block[]> {
  return (await send<{ items: Block[] }>("GET", `${slug}/blocks`, undefined, signal)).items;
}

export function unblock(slug: string, block: string): Promise<void> {
  return send("DELETE", `${slug}/blocks/${block}`);
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Asks something of a room (`path` begins with its code), or throws an ApiError. */
export async function send<T>(method: Method, path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const headers = { "Content-Type": method === "PATCH" ? "application/merge-patch+json" : "application/json" };
  const request = new Request(`${location.origin}/api/v1/rooms/${path}`, {
    method,
    ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const response = await fetch(request).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw networkError();
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw apiError(response, answer);
  return answer as T;
}
