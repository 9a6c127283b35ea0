import type { ApiError } from "../api/error";
import { backoff } from "./backoff";

/** Why a call is over for this person. */
export type OverReason = "left" | "removed" | "ended" | "elsewhere" | "signed-out" | "refused" | "waiting";

/** Where a call stands. Only `over` is final, and only until the person asks to come back. */
export type Phase =
  | { name: "connecting"; attempt: number; again: boolean }
  | { name: "live"; attempt: number; since: number }
  | { name: "healing"; attempt: number; since: number } // livekit-client mends it itself; media may still run
  | { name: "waiting"; attempt: number; retryAt: number; cause: "media" | "network" }
  | { name: "over"; reason: OverReason; code?: string };

/** How a connection to the SFU ended, in our words. */
export type Cut = "asked" | "duplicate" | "removed" | "ended" | "lost";

export type PhaseEvent =
  | { type: "connected" }
  | { type: "healing" }
  | { type: "healed" }
  | { type: "cut"; cut: Cut }
  | { type: "connect-failed" }
  | { type: "refused"; error: ApiError } // by our API: the door, or a reading of the state
  | { type: "sent-back" } // to the lobby: the door answers a ticket
  | { type: "retry" }
  | { type: "leave" };

/** What the engine has to do next. `rejoin` asks first whether this person was removed. */
type Effect = { type: "none" } | { type: "rejoin" } | { type: "wait"; until: number } | { type: "end" };

export interface Step {
  phase: Phase;
  effect: Effect;
}

interface Chance {
  now: number;
  random: () => number;
}

const nothing: Effect = { type: "none" };

/** A connection that held this long counts as good: the next loss starts again with short pauses. */
const proven = 10_000;

export function step(phase: Phase, event: PhaseEvent, chance: Chance): Step {
  if (event.type === "leave") return over("left");
  if (phase.name === "over") return { phase, effect: nothing };
  switch (event.type) {
    case "connected":
      return { phase: { name: "live", attempt: attemptOf(phase, chance.now), since: chance.now }, effect: nothing };
    case "healed":
      return phase.name === "healing" ? { phase: { ...phase, name: "live" }, effect: nothing } : { phase, effect: nothing };
    case "healing":
      return phase.name === "live" ? { phase: { ...phase, name: "healing" }, effect: nothing } : { phase, effect: nothing };
    case "cut":
      return cut(phase, event.cut, chance);
    case "connect-failed":
      return wait(phase, "media", undefined, chance);
    case "refused":
      return refused(phase, event.error, chance);
    case "sent-back":
      return over("waiting");
    case "retry":
      return phase.name === "waiting" ? rejoin(phase.attempt) : { phase, effect: nothing };
  }
}

function cut(phase: Phase, how: Cut, chance: Chance): Step {
  // A try that was cut is a try that failed: its connect reports it.
  if (phase.name === "connecting" || phase.name === "waiting") return { phase, effect: nothing };
  switch (how) {
    case "duplicate":
      return over("elsewhere");
    case "ended":
      return over("ended");
    case "asked": // by the browser, not by the person: a page that was frozen
    case "removed": // the API knows whether by a host
    case "lost":
      return wait(phase, "media", undefined, chance);
  }
}

function refused(phase: Phase, error: ApiError, chance: Chance): Step {
  if (error.passing) return wait(phase, error.code === "network" ? "network" : "media", error.retryAfter, chance);
  switch (error.code) {
    case "removed":
      return over("removed");
    case "meeting-over":
      return over("ended");
    case "sign-in-required":
    case "sign-in-expired":
    case "invalid-request": // the door asks for a name, which a guest always sends: who had an account is signed out by now
      return over("signed-out");
    default:
      return over("refused", error.code);
  }
}

function wait(phase: Phase, cause: "media" | "network", retryAfter: number | undefined, chance: Chance): Step {
  const attempt = attemptOf(phase, chance.now);
  const retryAt = chance.now + backoff(attempt, retryAfter, chance.random);
  return { phase: { name: "waiting", attempt: attempt + 1, retryAt, cause }, effect: { type: "wait", until: retryAt } };
}

function attemptOf(phase: Phase, now: number): number {
  if (phase.name === "over") return 0;
  return "since" in phase && now - phase.since > proven ? 0 : phase.attempt;
}

function rejoin(attempt: number): Step {
  return { phase: { name: "connecting", attempt, again: true }, effect: { type: "rejoin" } };
}

function over(reason: OverReason, code?: string): Step {
  return {
    phase: code === undefined ? { name: "over", reason } : { name: "over", reason, code },
    effect: { type: "end" },
  };
}
