import { describe, expect, test } from "vitest";
import { ApiError } from "../api/error";
import { step, type Phase, type PhaseEvent } from "./phase";

const chance = { now: 100_000, random: () => 1 };
const live: Phase = { name: "live", attempt: 0, since: 0 };
const connecting: Phase = { name: "connecting", attempt: 2, again: true };
const after = (phase: Phase, event: PhaseEvent) => step(phase, event, chance);
const refusal = (status: number, code: string, retryAfter?: number): PhaseEvent => ({
  type: "refused",
  error: new ApiError(status, { code }, retryAfter),
});

describe("who may not come back by itself", () => {
  test.each([
    ["another tab took over", { type: "cut", cut: "duplicate" } as const, "elsewhere"],
    ["the meeting was closed", { type: "cut", cut: "ended" } as const, "ended"],
    ["a host removed them", refusal(403, "removed"), "removed"],
    ["they signed out elsewhere", refusal(401, "sign-in-required"), "signed-out"],
    ["the sign-in expired", refusal(401, "sign-in-expired"), "signed-out"],
    ["they left", { type: "leave" } as const, "left"],
  ])("%s", (_, event, reason) => {
    const { phase, effect } = after(live, event);
    expect(phase).toMatchObject({ name: "over", reason });
    expect(effect.type).toBe("end");
  });

  test("the door closed meanwhile: its code is kept for the page to explain", () => {
    expect(after(connecting, refusal(410, "room-archived")).phase).toEqual({ name: "over", reason: "refused", code: "room-archived" });
    expect(after(connecting, refusal(422, "invalid-request")).phase).toEqual({ name: "over", reason: "signed-out" });
  });

  test("what is over stays over", () => {
    const over: Phase = { name: "over", reason: "removed" };
    for (const event of [{ type: "connected" }, { type: "retry" }, { type: "cut", cut: "lost" }, refusal(503, "unavailable")] as PhaseEvent[]) {
      expect(after(over, event).phase).toBe(over);
    }
  });
});

describe("who comes back by itself", () => {
  test("a lost connection is tried again soon, by joining anew", () => {
    const lost = after(live, { type: "cut", cut: "lost" });
    expect(lost.phase).toMatchObject({ name: "waiting", attempt: 1, retryAt: 100_500 });
    expect(lost.effect).toEqual({ type: "wait", until: 100_500 });
    expect(after(lost.phase, { type: "retry" })).toEqual({
      phase: { name: "connecting", attempt: 1, again: true },
      effect: { type: "rejoin" },
    });
  });

  test("a removal by the SFU alone is asked about, not believed", () => {
    expect(after(live, { type: "cut", cut: "removed" }).effect.type).toBe("wait");
  });

  test("tries get rarer, and short-lived connections do not reset them", () => {
    const again = after(connecting, { type: "connect-failed" }).phase;
    expect(again).toMatchObject({ name: "waiting", attempt: 3, retryAt: 102_000 });
    const brief = step(connecting, { type: "connected" }, chance).phase;
    expect(step(brief, { type: "cut", cut: "lost" }, { ...chance, now: 101_000 }).phase).toMatchObject({ attempt: 3 });
    expect(step(brief, { type: "cut", cut: "lost" }, { ...chance, now: 120_000 }).phase).toMatchObject({ attempt: 1 });
  });

  test("Retry-After is a floor", () => {
    const { phase } = after(connecting, refusal(503, "media-unavailable", 20));
    expect(phase).toMatchObject({ name: "waiting", cause: "media" });
    expect(phase.name === "waiting" && phase.retryAt).toBeGreaterThanOrEqual(120_000);
  });

  test("a network that is down is told apart from an SFU that is", () => {
    expect(after(connecting, refusal(0, "network")).phase).toMatchObject({ name: "waiting", cause: "network" });
  });

  test("livekit-client's own mending is shown and forgotten", () => {
    const healing = after(live, { type: "healing" }).phase;
    expect(healing.name).toBe("healing");
    expect(after(healing, { type: "healed" }).phase).toEqual(live);
  });

  test("who is sent back to the lobby is out of the call", () => {
    expect(after(connecting, { type: "sent-back" })).toMatchObject({ phase: { name: "over", reason: "waiting" }, effect: { type: "end" } });
  });

  test("a try that is cut is reported once, by its connect", () => {
    expect(after(connecting, { type: "cut", cut: "lost" })).toEqual({ phase: connecting, effect: { type: "none" } });
  });
});
