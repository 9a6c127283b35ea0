import type { Waiting } from "../api/lobby";
import type { CallState, Joined, ReactionName } from "../api/types";
import type { Cut } from "./phase";
import type { DeviceKind, DeviceTrouble } from "./media/devices";
import type { Person } from "./people";

/** What the engine asks of our API. All throw ApiError. */
export interface CallApi {
  join(): Promise<Joined | Waiting>;
  state(participant: string): Promise<CallState>;
  say(participant: string, text: string): Promise<{ id: string; at: string; seq: number }>;
  raise(participant: string, raised: boolean): Promise<void>;
  /** Agrees to what a host asked: it allows the microphone to this person. */
  agreeToUnmute(participant: string, request: string): Promise<void>;
  react(participant: string, reaction: ReactionName): Promise<void>;
  leave(participant: string): Promise<void>;
  leaveNow(participant: string): void;
}

export type Publishable = DeviceKind | "screen";

/** What may and does come from this browser. */
export interface Own {
  may: Record<Publishable, boolean>;
  micOn: boolean;
  cameraOn: boolean;
  screenOn: boolean;
}

/** What a person chose before the call; the tracks are handed over so that devices are opened once. */
export interface Wishes {
  mic: { on: boolean; deviceId?: string; track?: MediaStreamTrack };
  camera: { on: boolean; deviceId?: string; track?: MediaStreamTrack };
  speakerId?: string;
}

export interface MediaEvents {
  people(people: readonly Person[], own: Own): void;
  signal(payload: Uint8Array): void;
  healing(): void;
  healed(): void;
  cut(how: Cut): void;
  soundBlocked(blocked: boolean): void;
  trouble(kind: Publishable, trouble: DeviceTrouble): void;
}

/** The connection to the SFU, used again for each new pass. */
export interface Media {
  /** Connects and begins to publish what is on. Throws when the SFU cannot be had. */
  connect(url: string, token: string): Promise<void>;
  disconnect(): Promise<void>;
  turn(kind: Publishable, on: boolean): Promise<void>;
  choose(kind: DeviceKind | "speaker", deviceId: string): Promise<void>;
  chosen(kind: DeviceKind | "speaker"): string | undefined;
  startSound(): Promise<void>;
  /** The microphone on air, to measure its level. */
  micTrack(): MediaStreamTrack | undefined;
}
