import type { Participant, Track, TrackPublication } from "livekit-client";

/** A track as components-react shows it. */
export interface TrackReference {
  participant: Participant;
  publication: TrackPublication;
  source: Track.Source;
}

/** Somebody in the call as the screen shows them. The same object comes back until something of it changes. */
export interface Person {
  id: string;
  name: string;
  mine: boolean;
  assurance: string;
  organization: string;
  role: string;
  /** The administrative role of somebody who is none of the room's people, else empty. */
  administrator: string;
  micOn: boolean;
  cameraOn: boolean;
  speaking: boolean;
  joinedAt: number;
  camera: TrackReference | undefined;
  screen: TrackReference | undefined;
  sounds: readonly TrackReference[];
}

/** What stands under a name: an organization by its own name, or one of our words. */
export type Standing = { kind: "organization"; name: string } | { kind: "agent" | "phone" | "guest" | "guestVerified" };

export function standingOf(person: Pick<Person, "assurance" | "organization">): Standing {
  if (person.organization !== "") return { kind: "organization", name: person.organization };
  switch (person.assurance) {
    case "phone":
      return { kind: "phone" };
    case "agent":
    case "agent-mfa":
      return { kind: "agent" };
    case "email":
      return { kind: "guestVerified" };
    default:
      return { kind: "guest" };
  }
}

/** One or two letters for somebody without a picture; grapheme-wise, so that no emoji or accent is torn apart. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends
    .map((word) => firstLetter(word ?? ""))
    .join("")
    .toLocaleUpperCase();
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstLetter(word: string): string {
  const letter = /[\p{L}\p{N}]/u.exec(word);
  const from = letter ? word.slice(letter.index) : word;
  return [...graphemes.segment(from)][0]?.segment ?? "";
}

/** A hue of its own for each person, the same on every screen. */
export function shadeOf(id: string): number {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return hash % 8;
}

/** Keeps the objects of people in whom nothing changed, so that only their tiles that changed are drawn again. */
export function keepSame(before: readonly Person[], now: readonly Person[]): readonly Person[] {
  const old = new Map(before.map((person) => [person.id, person]));
  const next = now.map((person) => {
    const same = old.get(person.id);
    return same !== undefined && alike(same, person) ? same : person;
  });
  return next.length === before.length && next.every((person, i) => person === before[i]) ? before : next;
}

/** People together with those who were there before: without sound and picture until they are back. */
export function withAbsent(before: readonly Person[], now: readonly Person[]): readonly Person[] {
  const here = new Set(now.map((person) => person.id));
  const absent = before
    .filter((person) => !here.has(person.id) && !(person.mine && now.some((other) => other.mine)))
    .map((person) => ({ ...person, speaking: false, camera: undefined, screen: undefined, sounds: [] }));
  return [...now, ...absent];
}

function alike(a: Person, b: Person): boolean {
  return (
    (Object.keys(a) as (keyof Person)[]).every(
      (key) => key === "camera" || key === "screen" || key === "sounds" || a[key] === b[key],
    ) &&
    sameTrack(a.camera, b.camera) &&
    sameTrack(a.screen, b.screen) &&
    a.sounds.length === b.sounds.length &&
    a.sounds.every((sound, i) => sameTrack(sound, b.sounds[i]))
  );
}

function sameTrack(a: TrackReference | undefined, b: TrackReference | undefined): boolean {
  return a?.publication === b?.publication && a?.participant === b?.participant;
}

const simplify = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

export function matches(person: Person, search: string): boolean {
  return simplify(`${person.name} ${person.organization}`).includes(simplify(search.trim()));
}
