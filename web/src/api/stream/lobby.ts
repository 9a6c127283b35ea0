import type { Knock } from "../lobby";

/** Who waits for one room. */
interface Knocking {
  name: string;
  items: readonly Knock[];
}

type TicketState = "waiting" | "admitted" | "refused" | "gone" | "again";

/** The last that was said of one's own ticket. `turn` grows, so that the same news said twice is news twice. */
export interface TicketNews {
  id: string;
  state: TicketState;
  reason: string;
  turn: number;
}

/** The last that was said of the door to who came before it opens. `turn` grows, as above. */
export interface DoorNews {
  state: string;
  code: string;
  opensAt: string;
  turn: number;
}

/** What the events of the lobby add up to: who waits, by room, how one's own ticket stands, and the door of a room to come. */
export interface LobbyState {
  rooms: Readonly<Record<string, Knocking>>;
  ticket: TicketNews | undefined;
  door: DoorNews | undefined;
}

export const noLobby: LobbyState = { rooms: {}, ticket: undefined, door: undefined };

/** One's own ticket stands as it was last said; who waits is for hosts alone. */
export function withoutRooms(state: LobbyState): LobbyState {
  return { ...state, rooms: {} };
}

/** What is not understood, from a later server, changes nothing. */
export function addLobby(state: LobbyState, event: { type: string; data: string }): LobbyState {
  if (event.type === "reset") return withoutRooms(state); // what comes next is all that there is
  const data = parsed(event.data);
  if (data === undefined) return state;
  switch (event.type) {
    case "ticket":
      return isTicket(data) ? { ...state, ticket: { ...data, reason: text(data.reason), turn: (state.ticket?.turn ?? 0) + 1 } } : state;
    case "door":
      return { ...state, door: { state: text(data.state), code: text(data.code), opensAt: text(data.opensAt), turn: (state.door?.turn ?? 0) + 1 } };
    case "lobby":
      return Array.isArray(data.items) ? withRoom(state, data, () => (data.items as unknown[]).filter(isKnock)) : state;
    case "knock": {
      const { item } = data;
      return isKnock(item) ? withRoom(state, data, (items) => inOrder([...items.filter(({ id }) => id !== item.id), item])) : state;
    }
    case "gone":
      return withRoom(state, data, (items) => items.filter(({ id }) => id !== data.id));
    default:
      return state;
  }
}

function withRoom(state: LobbyState, data: Record<string, unknown>, change: (items: readonly Knock[]) => readonly Knock[]): LobbyState {
  const { slug } = data;
  if (typeof slug !== "string") return state;
  const before = state.rooms[slug];
  const items = change(before?.items ?? []);
  return { ...state, rooms: { ...state.rooms, [slug]: { name: text(data.name) || (before?.name ?? ""), items } } };
}

function inOrder(items: readonly Knock[]): readonly Knock[] {
  return [...items].sort((a, b) => Date.parse(a.since) - Date.parse(b.since) || a.id.localeCompare(b.id));
}

const states: readonly TicketState[] = ["waiting", "admitted", "refused", "gone", "again"];

function isTicket(data: Record<string, unknown>): data is { id: string; state: TicketState; reason?: unknown } {
  return typeof data.id === "string" && states.some((state) => state === data.state);
}

function isKnock(value: unknown): value is Knock {
  return isRecord(value) && ["id", "name", "since"].every((key) => typeof value[key] === "string");
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

function parsed(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
