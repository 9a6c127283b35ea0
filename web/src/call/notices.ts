import type { Person } from "./people";
import type { Said } from "./live";

/** Something to say to those who do not see it. */
export type Notice =
  | { type: "joined" | "left" | "screen"; names: string[] }
  | { type: "hand"; name: string }
  | { type: "message"; name: string; text: string }
  | { type: "reaction"; name: string; reaction: string }
  | { type: "reconnecting" | "reconnected" };

export function peopleNotices(before: readonly Person[], now: readonly Person[]): Notice[] {
  const joined = missingFrom(now, before);
  const left = missingFrom(before, now);
  const sharing = new Set(before.filter((person) => person.screen).map((person) => person.id));
  const screens = now.filter((person) => person.screen && !person.mine && !sharing.has(person.id));
  return [
    ...group("joined", joined),
    ...group("left", left),
    ...screens.map((person): Notice => ({ type: "screen", names: [person.name] })),
  ];
}

export function saidNotices(before: Said, now: Said, mine: ReadonlySet<string>): Notice[] {
  const known = new Set(before.messages.map((message) => message.id));
  const up = new Set(before.hands.map((hand) => hand.participant));
  return [
    ...now.messages
      .filter((message) => !known.has(message.id) && !mine.has(message.participant))
      .map(({ name, text }): Notice => ({ type: "message", name, text })),
    ...now.hands
      .filter((hand) => !up.has(hand.participant) && !mine.has(hand.participant))
      .map(({ name }): Notice => ({ type: "hand", name })),
  ];
}

function missingFrom(people: readonly Person[], others: readonly Person[]): string[] {
  const ids = new Set(others.map((person) => person.id));
  return people.filter((person) => !person.mine && !ids.has(person.id)).map((person) => person.name);
}

function group(type: "joined" | "left", names: string[]): Notice[] {
  return names.length === 0 ? [] : [{ type, names }];
}
