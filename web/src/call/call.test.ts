import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../api/error";
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
});
const empty: CallState = { seq: 0, hands: [], messages: [] };
const problem = (status: number, code: string, retryAfter?: number) => new ApiError(status, { code }, retryAfter);
const line = (id: string, participant = "p2") => ({ id, participant, name: "Amine", text: id, at: "2026-01-01T09:00:00Z" });

function setUp() {
  let joins = 1;
  const api = {
    join: vi.fn(() => Promise.resolve(joinedAs(`me${String(++joins)}`))),
    state: vi.fn<CallApi["state"]>(() => Promise.resolve(empty)),
    say: vi.fn<CallApi["say"]>(() => Promise.resolve({ id: "m1", at: "2026-01-01T09:00:00Z", seq: 1 })),
    raise: vi.fn<CallApi["raise"]>(() => Promise.resolve()),
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
