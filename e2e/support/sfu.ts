import { createHmac } from "node:crypto";

import type { Platform } from "./platform.ts";

/** A token of the media server's own, as its key's owner signs them. */
export function mediaToken(platform: Platform, video: object, more: object = {}): string {
  const { livekitKey, livekitSecret } = platform.mediaKeys();
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: livekitKey, nbf: now - 10, exp: now + 60, video, ...more };
  const encoded = [{ alg: "HS256", typ: "JWT" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${encoded}.${createHmac("sha256", livekitSecret).update(encoded).digest("base64url")}`;
}

interface OnServer {
  identity: string;
  permission?: { can_publish?: boolean; can_publish_sources?: string[] };
}

/** What the media server itself lets somebody publish, whatever their browser believes; undefined for who is not there. */
export async function mayPublish(platform: Platform, participant: string): Promise<string[] | undefined> {
  const { rooms } = await ask<{ rooms: { name: string }[] }>(platform, "ListRooms", { roomList: true }, {});
  for (const { name: room } of rooms) {
    const { participants } = await ask<{ participants: OnServer[] }>(platform, "ListParticipants", { roomAdmin: true, room }, { room });
    const found = participants.find(({ identity }) => identity === participant);
    if (found !== undefined) return found.permission?.can_publish === true ? (found.permission.can_publish_sources ?? []) : [];
  }
  return undefined;
}

async function ask<T>(platform: Platform, method: string, grants: object, body: object): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${platform.sfuPort}/twirp/livekit.RoomService/${method}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${mediaToken(platform, grants)}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
