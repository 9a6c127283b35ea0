import { answered, client, data } from "./client";
import type { CallState, Joined, Room, RoomPatch } from "./types";

/** A room together with the version that a change must name. */
export interface Versioned {
  room: Room;
  etag: string;
}

const at = (slug: string) => ({ path: { slug } });

const versioned = ({ data: room, response }: { data: Room; response: Response }): Versioned => ({
  room,
  etag: response.headers.get("ETag") ?? "",
});

export async function getRoom(slug: string, signal?: AbortSignal): Promise<Versioned> {
  return versioned(await answered(client.GET("/api/v1/rooms/{slug}", { params: at(slug), signal })));
}

export function listRooms(query: { cursor?: string; archived?: boolean }, signal?: AbortSignal) {
  return data(client.GET("/api/v1/rooms", { params: { query: { pageSize: 20, ...query } }, signal }));
}

export function createRoom(name: string, language: string): Promise<Room> {
  return data(
    client.POST("/api/v1/rooms", {
      params: { header: { "Idempotency-Key": randomId() } },
      body: { name, language },
    }),
  );
}

export async function changeRoom(slug: string, etag: string, change: RoomPatch): Promise<Versioned> {
  return versioned(
    await answered(
      client.PATCH("/api/v1/rooms/{slug}", {
        params: { ...at(slug), header: { "If-Match": etag } },
        body: change,
        headers: { "Content-Type": "application/merge-patch+json" },
      }),
    ),
  );
}

export async function archiveRoom(slug: string, etag: string): Promise<void> {
  await answered(client.DELETE("/api/v1/rooms/{slug}", { params: { ...at(slug), header: { "If-Match": etag } } }));
}

/** name is for guests only: a signed-in person joins under their own. */
export function joinRoom(slug: string, name: string | undefined): Promise<Joined> {
  return data(client.POST("/api/v1/rooms/{slug}/join", { params: at(slug), body: name === undefined ? {} : { name } }));
}

export function say(slug: string, participant: string, text: string) {
  return data(client.POST("/api/v1/rooms/{slug}/messages", { params: at(slug), body: { participant, text } }));
}

export async function raise(slug: string, participant: string, raised: boolean): Promise<void> {
  await answered(client.POST("/api/v1/rooms/{slug}/hand", { params: at(slug), body: { participant, raised } }));
}

export async function react(slug: string, participant: string, reaction: string): Promise<void> {
  await answered(client.POST("/api/v1/rooms/{slug}/reactions", { params: at(slug), body: { participant, reaction } }));
}

export async function leave(slug: string, participant: string): Promise<void> {
  await answered(client.POST("/api/v1/rooms/{slug}/leave", { params: at(slug), body: { participant } }));
}

/** leaveNow outlives the page. */
export function leaveNow(slug: string, participant: string): void {
  const body = new Blob([JSON.stringify({ participant })], { type: "application/json" });
  navigator.sendBeacon(`/api/v1/rooms/${slug}/leave`, body);
}

export function callState(slug: string, participant: string): Promise<CallState> {
  return data(client.GET("/api/v1/rooms/{slug}/state", { params: { ...at(slug), query: { participant } } }));
}

// crypto.randomUUID exists on secure addresses only; the key needs to be unique, not secret.
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
