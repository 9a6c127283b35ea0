import { addLobby, noLobby, withoutRooms, type LobbyState } from "./lobby";
import { fetchSource } from "./source";
import { SharedStream, type Channel, type Surroundings } from "./shared";

export type { DoorNews, LobbyState, TicketNews } from "./lobby";
export type { StreamView } from "./shared";

export type LobbyStream = SharedStream<LobbyState>;

const meaning = { start: noLobby, add: addLobby, refused: withoutRooms };

/** What a room's hosts and those who wait for it hear. */
export const roomStream = (slug: string): LobbyStream => held(`/api/v1/rooms/${slug}/events`);
/** What somebody hears of all the rooms that they host. */
export const myStream = (person: string): LobbyStream => held("/api/v1/me/events", person);

const streams = new Map<string, { stream: LobbyStream; users: number }>();

// Tabs share a stream by its name: who signs in as somebody else does not hear what was said to another.
function held(address: string, person = ""): LobbyStream {
  const name = `parvis ${address} ${person}`;
  const known = streams.get(name);
  if (known !== undefined) return known.stream;
  const stream = new SharedStream(address, meaning, surroundings(), name);
  streams.set(name, { stream, users: 0 });
  return stream;
}

/** Keeps a stream open until what it answers is called: by the first in this tab who needs it, to the last. */
export function listenTo(stream: LobbyStream): () => void {
  const entry = [...streams.values()].find((one) => one.stream === stream);
  if (entry === undefined) {
    stream.start();
    return () => { stream.stop(); };
  }
  entry.users += 1;
  if (entry.users === 1) stream.start();
  let over = false;
  return () => {
    if (over) return;
    over = true;
    entry.users -= 1;
    // Who needs it next may come in the same breath: a page that gives way to another.
    queueMicrotask(() => { if (entry.users === 0) stream.stop(); });
  };
}

function surroundings(): Surroundings {
  return {
    source: fetchSource,
    wakes,
    locks: "locks" in navigator ? navigator.locks : undefined,
    channel: typeof BroadcastChannel === "undefined" ? undefined : (name): Channel => new BroadcastChannel(name),
    visible: () => document.visibilityState === "visible",
    random: Math.random,
  };
}

function wakes(wake: () => void): () => void {
  const shown = () => {
    if (document.visibilityState === "visible") wake();
  };
  document.addEventListener("visibilitychange", shown);
  window.addEventListener("pageshow", wake);
  window.addEventListener("focus", wake);
  window.addEventListener("online", wake);
  return () => {
    document.removeEventListener("visibilitychange", shown);
    window.removeEventListener("pageshow", wake);
    window.removeEventListener("focus", wake);
    window.removeEventListener("online", wake);
  };
}
