import type { components } from "./schema";

type Schemas = components["schemas"];

export type Config = Schemas["Config"];
export type Me = Schemas["Me"];
export type SignIn = Schemas["SignIn"];
export type Room = Schemas["Room"];
export type RoomPatch = Schemas["RoomPatch"];
export type Joined = Schemas["Joined"];
export type Message = Schemas["Message"];
export type Hand = Schemas["Hand"];
export type CallState = Schemas["CallState"];

export const entries = ["hosts", "members", "organization", "signed-in", "everyone"] as const;
export type Entry = (typeof entries)[number];

export function isEntry(word: string | undefined): word is Entry {
  return entries.some((entry) => entry === word);
}
