import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../api/error";
import type { Waiting } from "../api/lobby";
import type { CallState, Joined } from "../api/types";
import { Call } from "./call";
import type { Notice } from "./notices";
import { person } from "./people.fixture";
import type { CallApi, Media, MediaEvents, Own } from "./ports";

const own: Own = { may: { mic: true, camera: true, screen: true }, micOn: true, cameraOn: true, screenOn: false };
const joinedAs = (id: string): Joined => ({
  room: { slug: "abc-defg-hij", name: "Comité", language: "fr", url: "https://x/abc-defg-hij" },
  role: "member",
  participant: { id, name: "Jeanne", assurance: "agent", organization: "Intérieur" },
  livekit: { url: "wss://x/livekit", token: `pass-${id}`, expiresAt: "2026-01-01T00:00:00Z" },
  entersMuted: false,
});
const empty: CallState = { seq: 0, hands: [], messages: [] };
const problem = (status: number, code: string, retryAfter?: number) => new ApiError(status, { code }, retryAfter);
const line = (id: string, participant = "p2") => ({ id, participant, name: "Amine", text: id, at: "2026-01-01T09:00:00Z" });

function setUp() {
  let joins = 1;
  const api = {
    join: vi.fn<CallApi["join"]>(() => Promise.resolve(joinedAs(`me${String(++joins)}`))),
    state: vi.fn<CallApi["state"]>(() => Promise.resolve(empty)),
    say: vi.fn<CallApi["say"]>(() => Promise.resolve({ id: "m1", at: "2026-01-01T09:00:00Z", seq: 1 })),
    raise: vi.fn<CallApi["raise"]>(() => Promise.resolve()),
    agreeToUnmute: vi.fn<CallApi["agreeToUnmute"]>(() => Promise.resolve()),
    react: vi.fn<CallApi["react"]>(() => Promise.resolve()),
    leave: vi.fn<CallApi["leave"]>(() => Promise.resolve()),
    leaveNow: vi.fn<CallApi["leaveNow"]>(),
  };
  const media = {
    connect: vi.fn<Media["connect"]>(() => Promise.resolve()),
    disconnect: vi.fn<Media["disconnect"]>(() => Promise.resolve()),
    turn: vi.fn<Media["turn"]>(() => Promise.resolve()),
    choose: vi.fn<Media["choose"]>(() => Promise.resolve()),
    chosen: () => undefined,
    micTrack: () => undefined,
    startSound: () => Promise.resolve(),
  };
  let events!: MediaEvents;
  const call = new Call(api, (given) => ((events = given), media), joinedAs("me1"), () => 1);
  const notices: Notice[] = [];
  call.onNotice((notice) => notices.push(notice));
  const signal = (value: object) => {
    events.signal(new TextEncoder().encode(JSON.stringify({ at: "2026-01-01T09:00:00Z", ...value })));
  };
  const settled = () => vi.advanceTimersByTimeAsync(0);
  const live = async () => {
    call.start();
    await settled();
    expect(call.view.get().phase.name).toBe("live");
  };
  return { call, api, media, events, signal, settled, live, notices };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("somebody who was removed is not let back in by the page", async () => {
  const { call, api, events, live } = setUp();
  await live();
  api.state.mockRejectedValue(problem(403, "removed"));
  events.cut("removed");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(call.view.get().phase).toEqual({ name: "over", reason: "removed" });
  expect(api.join).not.toHaveBeenCalled();
});

test("a lost connection joins anew, leaves no ghost behind, and asks for the state", async () => {
  const { call, api, media, events, live } = setUp();
  await live();
  events.cut("lost");
  await vi.advanceTimersByTimeAsync(1000);
  expect(api.leave).toHaveBeenCalledWith("me1");
  expect(media.connect).toHaveBeenLastCalledWith("wss://x/livekit", "pass-me2");
  expect(call.view.get().phase.name).toBe("live");
  expect(api.state).toHaveBeenLastCalledWith("me2");
  expect(call.isMine("me1") && call.isMine("me2")).toBe(true);
});

test("an SFU that is down is tried again at the pace it asks for, until it is back", async () => {
  const { call, api, events, live } = setUp();
  await live();
  api.join.mockRejectedValueOnce(problem(503, "media-unavailable", 5));
  events.cut("lost");
  await vi.advanceTimersByTimeAsync(1000);
  expect(call.view.get().phase).toMatchObject({ name: "waiting", cause: "media" });
  await vi.advanceTimersByTimeAsync(4000);
  expect(api.join).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(6000);
  expect(call.view.get().phase.name).toBe("live");
});

test("a first connection that fails is tried again without asking about a removal", async () => {
  const { call, api, media } = setUp();
  media.connect.mockRejectedValueOnce(new Error("503"));
  call.start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(call.view.get().phase.name).toBe("live");
  expect(api.leave).not.toHaveBeenCalled();
});

test("a raised hand goes up again after joining anew", async () => {
  const { api, events, signal, live } = setUp();
  await live();
  signal({ seq: 1, type: "hand", data: { participant: "me1", name: "Jeanne", raised: true, raisedAt: "2026-01-01T09:00:00Z" } });
  events.cut("lost");
  await vi.advanceTimersByTimeAsync(1000);
  expect(api.raise).toHaveBeenCalledWith("me2", true);
});

test("leaving wins over everything that is under way", async () => {
  const { call, api, media, events, live } = setUp();
  await live();
  events.cut("lost");
  await call.leave();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(call.view.get().phase).toEqual({ name: "over", reason: "left" });
  expect(api.join).not.toHaveBeenCalled();
  expect(media.disconnect).toHaveBeenCalled();
  call.leaveNow();
  expect(api.leaveNow).not.toHaveBeenCalled();
});

test("a gap that closes by itself asks nothing, one that stays asks once", async () => {
  const { call, api, signal, live } = setUp();
  await live();
  api.state.mockClear();
  signal({ seq: 2, type: "message", data: line("m2") });
  signal({ seq: 1, type: "message", data: line("m1") });
  await vi.advanceTimersByTimeAsync(1000);
  expect(api.state).not.toHaveBeenCalled();

  api.state.mockResolvedValue({ seq: 4, hands: [], messages: [line("m3"), line("m4")] });
  signal({ seq: 4, type: "message", data: line("m4") });
  await vi.advanceTimersByTimeAsync(1000);
  expect(api.state).toHaveBeenCalledTimes(1);
  expect(call.view.get().said.messages.map((message) => message.id)).toEqual(["m1", "m2", "m3", "m4"]);
});

test("a state that cannot be read is asked for again", async () => {
  const { call, api } = setUp();
  api.state.mockRejectedValueOnce(problem(503, "unavailable")).mockResolvedValue({ ...empty, seq: 3, messages: [line("m3")] });
  call.start();
  await vi.advanceTimersByTimeAsync(5000);
  expect(call.view.get().said.messages).toHaveLength(1);
});

test("one's own line shows once, whether the answer or the signal comes first", async () => {
  const { call, signal, live } = setUp();
  await live();
  call.say("bonjour");
  expect(call.view.get().unsent).toHaveLength(1);
  signal({ seq: 1, type: "message", data: { ...line("m1", "me1"), text: "bonjour" } });
  await vi.advanceTimersByTimeAsync(0);
  expect(call.view.get().unsent).toHaveLength(0);
  expect(call.view.get().said.messages).toHaveLength(1);
  expect(call.view.get().unread).toBe(0);
});

test("a line that was refused stays, with its reason, and can be sent again", async () => {
  const { call, api, live } = setUp();
  await live();
  api.say.mockRejectedValueOnce(problem(0, "network"));
  call.say("bonjour");
  await vi.advanceTimersByTimeAsync(0);
  const [failed] = call.view.get().unsent;
  expect(failed).toMatchObject({ text: "bonjour", failed: "network" });
  call.sayAgain(failed?.key ?? 0);
  await vi.advanceTimersByTimeAsync(0);
  expect(call.view.get().unsent).toHaveLength(0);
  expect(call.view.get().said.messages).toHaveLength(1);
});

test("lines of others count as unread while the chat is closed", async () => {
  const { call, signal, live } = setUp();
  await live();
  signal({ seq: 1, type: "message", data: line("m1") });
  expect(call.view.get().unread).toBe(1);
  call.watchChat(true);
  signal({ seq: 2, type: "message", data: line("m2") });
  expect(call.view.get().unread).toBe(0);
});

test("arrivals, hands and lines of others are said, one's own and history are not", async () => {
  const { events, signal, live, notices, api } = setUp();
  api.state.mockResolvedValue({ seq: 1, hands: [], messages: [line("old")] });
  await live();
  events.people([person("me1", { mine: true })], own);
  events.people([person("me1", { mine: true }), person("Amine")], own);
  signal({ seq: 2, type: "hand", data: { participant: "Amine", name: "Amine", raised: true, raisedAt: "2026-01-01T09:00:00Z" } });
  signal({ seq: 3, type: "hand", data: { participant: "me1", name: "Jeanne", raised: true, raisedAt: "2026-01-01T09:00:01Z" } });
  signal({ seq: 4, type: "message", data: line("m4") });
  expect(notices).toEqual([
    { type: "joined", names: ["Amine"] },
    { type: "hand", name: "Amine" },
    { type: "message", name: "Amine", text: "m4" },
  ]);
});

test("an act that fails says so and is forgotten on request", async () => {
  const { call, api, live } = setUp();
  await live();
  api.raise.mockRejectedValueOnce(problem(429, "too-many-requests"));
  await call.raise(true);
  expect(call.view.get().failed).toBe("too-many-requests");
  call.forgetFailure();
  expect(call.view.get().failed).toBeUndefined();
});

test("reactions float and sink", async () => {
  const { call, signal, live } = setUp();
  await live();
  signal({ seq: 0, type: "reaction", data: { items: [{ participant: "p2", name: "Amine", reaction: "clap", count: 2 }] } });
  expect(call.view.get().floating).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(5000);
  expect(call.view.get().floating).toHaveLength(0);
});

test("livekit-client's own mending shows, and ends with a reading of the state", async () => {
  const { call, api, events, live, notices } = setUp();
  await live();
  api.state.mockClear();
  events.healing();
  expect(call.view.get().phase.name).toBe("healing");
  events.healed();
  expect(call.view.get().phase.name).toBe("live");
  expect(api.state).toHaveBeenCalledTimes(1);
  expect(notices).toEqual([{ type: "reconnecting" }, { type: "reconnected" }]);
});

const by = { name: "Amine" };
const told = (call: Call) =>
  call.view.get().told.map((telling) => Object.fromEntries(Object.entries(telling).filter(([name]) => name !== "key" && name !== "until")));

test("who is muted is told by whom, and the device is let go", async () => {
  const { call, media, signal, live } = setUp();
  await live();
  signal({ seq: 0, type: "muted", data: { participant: "somebody", source: "microphone", by } });
  expect(media.turn).not.toHaveBeenCalled();
  signal({ seq: 0, type: "muted", data: { participant: "me1", source: "microphone", by } });
  expect(media.turn).toHaveBeenCalledWith("mic", false);
  expect(told(call)).toEqual([{ type: "muted", source: "microphone", by: "Amine" }]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told(call)).toEqual([]);
});

test("that one was muted is no longer said once the microphone is on again, and not before", async () => {
  const { call, events, signal, live } = setUp();
  await live();
  const me = [person("me1", { mine: true })];
  events.people(me, own);
  signal({ seq: 0, type: "muted", data: { participant: "me1", source: "microphone", by } });
  signal({ seq: 0, type: "muted", data: { participant: "me1", source: "screen", by } });
  events.people(me, own); // the microphone is still on, for a moment
  expect(told(call)).toHaveLength(2);
  events.people(me, { ...own, micOn: false });
  events.people(me, own);
  expect(told(call)).toEqual([{ type: "muted", source: "screen", by: "Amine" }]);
});

test("what one host forbids in one go is one note; what another forbids, or the same later, is another", async () => {
  const { call, signal, live } = setUp();
  await live();
  const forbid = (seq: number, forbidden: string[], host = by) => { signal({ seq, type: "restrictions", data: { participant: "me1", forbidden, by: host } }); };
  forbid(1, ["chat"]);
  forbid(2, ["microphone", "chat"]);
  forbid(3, ["microphone", "camera", "chat"], { name: "Odile" });
  expect(told(call)).toEqual([
    { type: "forbidden", abilities: ["microphone", "chat"], by: "Amine" },
    { type: "forbidden", abilities: ["camera"], by: "Odile" },
  ]);
  forbid(4, ["camera", "chat"]);
  expect(told(call)).toEqual([
    { type: "forbidden", abilities: ["chat"], by: "Amine" },
    { type: "forbidden", abilities: ["camera"], by: "Odile" },
    { type: "allowed", abilities: ["microphone"], by: "Amine" },
  ]);
  await vi.advanceTimersByTimeAsync(6_000);
  forbid(5, ["camera", "chat", "reactions"]);
  expect(told(call).at(-1)).toEqual({ type: "forbidden", abilities: ["reactions"], by: "Amine" });
});

test("a question that a host's ban has overtaken is taken away, whoever the ban is for", async () => {
  const { call, events, signal, live } = setUp();
  await live();
  events.people([person("me1", { mine: true })], { ...own, micOn: false });
  const ask = () => { signal({ seq: 0, type: "unmute-asked", data: { by, request: "r1" } }); };
  ask();
  signal({ seq: 1, type: "restrictions", data: { participant: "me1", forbidden: ["camera"], by } });
  expect(call.view.get().asked).toBe("Amine");
  signal({ seq: 2, type: "restrictions", data: { participant: null, forbidden: ["microphone"], by } });
  expect(call.view.get().asked).toBeUndefined();
  ask(); // one may be asked although it is forbidden
  expect(call.view.get().asked).toBe("Amine");
  signal({ seq: 3, type: "restrictions", data: { participant: "me1", forbidden: ["microphone"], by } });
  expect(call.view.get().asked).toBeUndefined();
});

test("who is asked to unmute decides, and the question goes with the answer", async () => {
  const { call, media, events, signal, live } = setUp();
  await live();
  const silentOwn = { ...own, micOn: false };
  events.people([person("me1", { mine: true })], silentOwn);
  signal({ seq: 0, type: "unmute-asked", data: { by } });
  expect(call.view.get().asked).toBe("Amine");
  await call.answerAsked(false);
  expect(media.turn).not.toHaveBeenCalled();
  expect(call.view.get().asked).toBeUndefined();
  signal({ seq: 0, type: "unmute-asked", data: { by } });
  await call.answerAsked(true);
  expect(media.turn).toHaveBeenCalledWith("mic", true);
  events.people([person("me1", { mine: true })], own);
  signal({ seq: 0, type: "unmute-asked", data: { by } });
  expect(call.view.get().asked).toBeUndefined();
});

test("who agrees to a host may speak again though it was forbidden, and not before the server says so", async () => {
  const { call, media, api, events, signal, live } = setUp();
  await live();
  events.people([person("me1", { mine: true })], { ...own, micOn: false });
  signal({ seq: 1, type: "restrictions", data: { participant: "me1", forbidden: ["microphone"], by } });
  signal({ seq: 0, type: "unmute-asked", data: { by, request: "r1" } });
  expect(call.view.get().asked).toBe("Amine");
  const agreed = call.answerAsked(true);
  await vi.advanceTimersByTimeAsync(10);
  expect(api.agreeToUnmute).toHaveBeenCalledWith("me1", "r1");
  expect(media.turn).not.toHaveBeenCalled();
  signal({ seq: 2, type: "restrictions", data: { participant: "me1", forbidden: [], by } });
  await agreed;
  expect(media.turn).toHaveBeenCalledWith("mic", true);
});

test("who agrees to a host speaks although it is forbidden to all, and once forbidden anew does not", async () => {
  const { call, media, events, signal, live } = setUp();
  await live();
  events.people([person("me1", { mine: true })], { ...own, micOn: false });
  signal({ seq: 1, type: "restrictions", data: { participant: null, forbidden: ["microphone"], by } });
  signal({ seq: 0, type: "unmute-asked", data: { by, request: "r1" } });
  const agreed = call.answerAsked(true);
  await vi.advanceTimersByTimeAsync(10);
  signal({ seq: 2, type: "restrictions", data: { participant: "me1", forbidden: [], allowed: ["microphone"], by } });
  await agreed;
  expect(media.turn).toHaveBeenCalledWith("mic", true);
  signal({ seq: 3, type: "restrictions", data: { participant: null, forbidden: [], by } });
  expect(call.isOff("microphone")).toBe(false);
  signal({ seq: 4, type: "restrictions", data: { participant: null, forbidden: ["microphone"], by } });
  expect(call.isOff("microphone")).toBe(true);
  expect(told(call)).toEqual([{ type: "forbidden", abilities: ["microphone"], by: "Amine" }]);
});

test("what is forbidden is told once, cannot be turned on, and says why", async () => {
  const { call, media, signal, live } = setUp();
  await live();
  const rule = { seq: 1, type: "restrictions", data: { participant: "me1", forbidden: ["microphone", "chat"], by } };
  signal(rule);
  signal(rule);
  expect(told(call)).toEqual([{ type: "forbidden", abilities: ["microphone", "chat"], by: "Amine" }]);
  await call.turn("mic", true);
  expect(media.turn).not.toHaveBeenCalled();
  expect(told(call).at(-1)).toEqual({ type: "off", abilities: ["microphone"] });
  await call.turn("mic", false);
  expect(media.turn).toHaveBeenCalledWith("mic", false);
});

test("lock and role are told as they come, not as they stood at the beginning", async () => {
  const { call, api, signal, live } = setUp();
  api.state.mockResolvedValue({ ...empty, locked: true, role: "moderator" });
  await live();
  expect(told(call)).toEqual([]);
  expect(call.view.get().said).toMatchObject({ locked: true, role: "moderator" });
  signal({ seq: 1, type: "lock", data: { locked: false, by } });
  signal({ seq: 2, type: "role", data: { participant: "me1", role: "member", by } });
  signal({ seq: 3, type: "role", data: { participant: "p2", role: "moderator", by } });
  expect(told(call)).toEqual([
    { type: "lock", locked: false, by: "Amine" },
    { type: "role", role: "member", by: "Amine" },
  ]);
  expect(call.view.get().acts).toBe(2);
});

test("what was decided while nothing could be heard is told after the state is read", async () => {
  const { call, api, events, live } = setUp();
  await live();
  events.healing();
  api.state.mockResolvedValue({ ...empty, seq: 4, locked: true, role: "member", forbiddenForAll: ["chat"] });
  events.healed();
  await vi.advanceTimersByTimeAsync(0);
  expect(told(call)).toEqual([
    { type: "lock", locked: true, by: "" },
    { type: "forbidden", abilities: ["chat"], by: "" },
  ]);
});

test("a rule for everybody that goes is known at once, without a question of each to the server", async () => {
  const { call, api, signal, live } = setUp();
  api.state.mockResolvedValue({ ...empty, role: "member", forbiddenForAll: ["chat"] });
  await live();
  api.state.mockClear();
  signal({ seq: 1, type: "restrictions", data: { participant: null, forbidden: [], by } });
  expect(call.isOff("chat")).toBe(false);
  expect(told(call)).toEqual([{ type: "allowed", abilities: ["chat"], by: "Amine" }]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(api.state).not.toHaveBeenCalled();
});

test("who ended the meeting is known, and nobody is let back in by the page", async () => {
  const { call, api, signal, live } = setUp();
  await live();
  signal({ seq: 0, type: "ended", data: { by, byTime: false } });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(call.view.get()).toMatchObject({ phase: { name: "over", reason: "ended" }, endedBy: "Amine" });
  expect(api.join).not.toHaveBeenCalled();
});

test("somebody who was blocked is not let back in by the page", async () => {
  const { call, api, events, live } = setUp();
  await live();
  api.state.mockRejectedValue(problem(403, "blocked"));
  events.cut("removed");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(call.view.get().phase).toEqual({ name: "over", reason: "refused", code: "blocked" });
  expect(api.join).not.toHaveBeenCalled();
});

test("the old seat is given up only for a new one, for a locked room lets nobody else in", async () => {
  const { api, events, live } = setUp();
  await live();
  api.join.mockRejectedValueOnce(problem(503, "media-unavailable", 5));
  events.cut("lost");
  await vi.advanceTimersByTimeAsync(2000);
  expect(api.leave).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(8000);
  expect(api.leave).toHaveBeenCalledWith("me1");
  expect(api.leave.mock.invocationCallOrder[0]).toBeGreaterThan(api.join.mock.invocationCallOrder[1] ?? Infinity);
});

test("who is sent back to the lobby while in the call waits, and stops knocking", async () => {
  const { call, api, events, live } = setUp();
  await live();
  const waiting = { ticket: { id: "t1", reason: "returned" }, room: { slug: "abc-defg-hij" } } as unknown as Waiting;
  api.join.mockResolvedValue(waiting);
  api.state.mockRejectedValue(problem(403, "not-admitted"));
  events.cut("removed");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(call.view.get()).toMatchObject({ phase: { name: "over", reason: "waiting" }, waiting });
  expect(api.join).toHaveBeenCalledTimes(1);
  expect(api.leave).not.toHaveBeenCalled();
  call.leaveNow();
  expect(api.leaveNow).not.toHaveBeenCalled();
});

test("one's own new name is the one that one's lines bear", async () => {
  const { call, signal, live } = setUp();
  await live();
  signal({ seq: 1, type: "renamed", data: { participant: "me1", name: "Jeanne M." } });
  expect(call.view.get().joined.participant.name).toBe("Jeanne M.");
});
