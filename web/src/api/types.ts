import type { Ability, HostingState } from "./hosting";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Config = Schemas["Config"];
export type Me = Schemas["Me"];
export type SignIn = Schemas["SignInItem"];
/** A room as a list shows it: the reader has a role in it. */
export type ListedRoom = Schemas["Room"];
/** A room as its page shows it; without a role all but slug, url and door is absent. */
export type Room = Omit<Schemas["RoomView"], Ruled | "phoneEntry"> & Partial<Rulings>;
export type RoomPatch = Omit<Schemas["RoomChange"], Ruled> & Partial<Rulings>;
type Rulings = Limits & { forbidden: Ability[] };
type Ruled = keyof Rulings;
/** What bounds a room's meetings. 0 is no bound, and so is a link without an end. */
export interface Limits {
  opensWithHost: boolean;
  /** All but hosts enter with the microphone closed. */
  muteOnEntry: boolean;
  maxParticipants: number;
  maxMinutes: number;
  closeEmptyAfter: number;
  linkExpiresAt: string | null;
  /** How long the names of a meeting are kept after it. */
  attendanceDays: number;
}
export type Joined = Schemas["Joined"];
export type Message = Schemas["Message"];
export type Hand = Schemas["Hand"];
/** A server of before hosting leaves its part out. Administrators are known by the list of people, which is at hand already. */
export type CallState = Omit<Schemas["RoomState"], keyof HostingState | "forbidden" | "administrators"> & Partial<HostingState>;

export type Role = Joined["role"];

export type Language = NonNullable<Schemas["NewRoom"]["language"]>;
export type ReactionName = Schemas["ReactionBody"]["reaction"];

export type Entry = Schemas["Room"]["entry"];
export const entries: readonly Entry[] = ["hosts", "members", "organization", "signed-in", "everyone"];

export type Assurance = Schemas["Room"]["minAssurance"];
/** From the least to the most that is known of who somebody is. */
export const assurances: readonly Assurance[] = ["unknown", "phone", "email", "agent", "agent-mfa"];
