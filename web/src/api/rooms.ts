import { answered, client, data } from "./client";
import { asApiError } from "./error";
import { abilities, type Ability } from "./hosting";
import type { Waiting } from "./lobby";
import type { CallState, Joined, Language, ListedRoom, ReactionName, Room, RoomPatch } from "./types";

/** A room together with the version that a change must name. */
export interface Versioned {
  room: Room;
  etag: string;
}

const at = (slug: string) => ({ path: { slug } });

/** link is the token of a personal link: the door is then as joining with it finds it. */
export async function getRoom(slug: string, signal?: AbortSignal, link?: string): Promise<Versioned> {
  const header = link === undefined ? {} : { header: { "Parvis-Link": link } };
  const { data: room, response } = await answered(client.GET("/rooms/{slug}", { params: { ...at(slug), ...header }, signal }));
  return { room: room as Room, etag: response.headers.get("ETag") ?? "" };
}

export function listRooms(query: { cursor?: string; archived?: boolean }, signal?: AbortSignal) {
  return data(client.GET("/rooms", { params: { query: { pageSize: 20, ...query } }, signal }));
}

export function createRoom(name: string, language: Language): Promise<ListedRoom> {
  return data(
    client.POST("/rooms", {
      params: { header: { "Idempotency-Key": randomId() } },
      body: { name, language },
    }),
  );
}

/** Changes a room and answers it as its page shows it now, for a change may open or close its door. */
export async function changeRoom(slug: string, etag: string, change: RoomPatch): Promise<Versioned> {
  await answered(
    client.PATCH("/rooms/{slug}", {
      params: { ...at(slug), header: { "If-Match": etag } },
      body: change,
      headers: { "Content-Type": "application/merge-patch+json" },
    }),
  );
  return getRoom(slug);
}

/**
 * Changes one thing of what the room's own setting forbids, whatever else was changed meanwhile: a newer version is read and
 * named once. False when the setting said so already.
 */
export async function allowForGood(slug: string, ability: Ability, allowed: boolean): Promise<boolean> {
  const write = async () => {
    const { room, etag } = await getRoom(slug);
    const before = room.forbidden ?? [];
    if (before.includes(ability) !== allowed) return false;
    await changeRoom(slug, etag, { forbidden: abilities.filter((one) => (one === ability ? !allowed : before.includes(one))) });
    return true;
  };
  try {
    return await write();
  } catch (error) {
    if (asApiError(error).code !== "version-changed") throw error;
    return write();
  }
}

export async function archiveRoom(slug: string, etag: string): Promise<void> {
  await answered(client.DELETE("/rooms/{slug}", { params: { ...at(slug), header: { "If-Match": etag } } }));
}

/** What opens a door besides who one is. */
export interface Brought {
  link?: string;
  passcode?: string;
}

/** name is for guests only: a signed-in person joins under their own. Who has to wait is answered their place (202). */
export function joinRoom(slug: string, name: string | undefined, brought: Brought = {}): Promise<Joined | Waiting> {
  const body = name === undefined ? brought : { ...brought, name };
  return data<Joined | Waiting>(client.POST("/rooms/{slug}/join", { params: at(slug), body }));
}

export function say(slug: string, participant: string, text: string) {
  return data(client.POST("/rooms/{slug}/messages", { params: at(slug), body: { participant, text } }));
}

export async function raise(slug: string, participant: string, raised: boolean): Promise<void> {
  await answered(client.POST("/rooms/{slug}/hand", { params: at(slug), body: { participant, raised } }));
}

export async function agreeToUnmute(slug: string, participant: string, request: string): Promise<void> {
  await answered(
    client.POST("/rooms/{slug}/unmute-requests/{id}/accept", { params: { path: { slug, id: request } }, body: { participant } }),
  );
}

export async function react(slug: string, participant: string, reaction: ReactionName): Promise<void> {
  await answered(client.POST("/rooms/{slug}/reactions", { params: at(slug), body: { participant, reaction } }));
}

export async function leave(slug: string, participant: string): Promise<void> {
  await answered(client.POST("/rooms/{slug}/leave", { params: at(slug), body: { participant } }));
}

/** leaveNow outlives the page. */
export function leaveNow(slug: string, participant: string): void {
  const body = new Blob([JSON.stringify({ participant })], { type: "application/json" });
  navigator.sendBeacon(`/api/v1/rooms/${slug}/leave`, body);
}

export function callState(slug: string, participant: string): Promise<CallState> {
  return data(client.GET("/rooms/{slug}/state", { params: { ...at(slug), query: { participant } } })) as Promise<CallState>;
}

// crypto.randomUUID exists on secure addresses only; the key needs to be unique, not secret.
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
