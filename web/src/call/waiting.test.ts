import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../api/error";
import type { Ticket, Waiting } from "../api/lobby";
import type { LobbyState, StreamView, TicketNews } from "../api/stream";
import type { Joined } from "../api/types";
import { Store } from "./store";
import { WaitingRoom, type WaitingApi } from "./waiting";

const ticket: Ticket = { id: "t1", state: "waiting", reason: "lobby", since: "2026-01-01T09:00:00Z", expiresAt: "", name: "Samira", note: "" };
const place = (more: Partial<Ticket> = {}): Waiting => ({ ticket: { ...ticket, ...more }, room: { slug: "abc-defg-hij", url: "", language: "fr" } });
const joined = { participant: { id: "me1" } } as unknown as Joined;

function setUp(random = 0.5) {
  const letGo = vi.fn();
  const api = {
    join: vi.fn<WaitingApi["join"]>(() => Promise.resolve(place())),
    note: vi.fn<WaitingApi["note"]>(() => Promise.resolve()),
    leave: vi.fn<WaitingApi["leave"]>(() => Promise.resolve()),
    claim: vi.fn<WaitingApi["claim"]>(() => Promise.resolve(letGo)),
  };
  const view = new Store<StreamView<LobbyState>>({ state: { rooms: {}, ticket: undefined, door: undefined }, link: { name: "open" } });
  const reopen = vi.fn();
  const tell = vi.fn();
  const room = new WaitingRoom(api, { view, reopen, tell }, place(), () => random);
  let turn = 0;
  const news = (state: TicketNews["state"], more: Partial<TicketNews> = {}) => {
    view.set({ state: { rooms: {}, ticket: { id: "t1", state, reason: "", turn: ++turn, ...more }, door: undefined } });
  };
  const link = (name: "open" | "down") => { view.set({ link: { name } }); };
  room.start();
  return { api, letGo, room, view, news, link, reopen, tell, now: () => room.view.get() };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("while nothing is said nothing is asked", async () => {
  const { api, now } = setUp();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(api.join).not.toHaveBeenCalled();
  expect(now()).toMatchObject({ lost: false, admitted: false, outcome: undefined });
});

test("who is admitted joins at once", async () => {
  const { api, news, now } = setUp();
  api.join.mockResolvedValue(joined);
  news("admitted");
  expect(now().admitted).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(now().outcome).toEqual({ type: "joined", joined });
});

test("news of another's ticket, and news from before, change nothing", async () => {
  const { api, news, now } = setUp();
  news("admitted", { id: "t0" });
  news("waiting");
  await vi.advanceTimersByTimeAsync(5000);
  expect(api.join).not.toHaveBeenCalled();
  expect(now().outcome).toBeUndefined();
});

test("what one waits for may change while one waits", () => {
  const { news, now } = setUp();
  news("waiting", { reason: "host" });
  expect(now().ticket.reason).toBe("host");
  news("waiting", { reason: "a-word-of-a-later-server" });
  expect(now().ticket.reason).toBe("host");
});

test("to knock again people are spread over a second and a half, and each time that it is said", async () => {
  const { api, news, now } = setUp(0.8);
  api.join.mockResolvedValue(place({ reason: "lobby" }));
  news("again");
  await vi.advanceTimersByTimeAsync(1199);
  expect(api.join).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(api.join).toHaveBeenCalledTimes(1);
  news("again");
  await vi.advanceTimersByTimeAsync(1200);
  expect(api.join).toHaveBeenCalledTimes(2);
  expect(now().outcome).toBeUndefined();
});

test("news that comes while the door answers is not lost", async () => {
  const { api, news, now } = setUp(0);
  let answer!: (place: Waiting) => void;
  api.join.mockImplementationOnce(() => new Promise((resolve) => { answer = resolve; }));
  news("again");
  await vi.advanceTimersByTimeAsync(0);
  api.join.mockResolvedValue(joined);
  news("admitted");
  await vi.advanceTimersByTimeAsync(0);
  expect(api.join).toHaveBeenCalledTimes(1);
  answer(place());
  await vi.advanceTimersByTimeAsync(0);
  expect(now().outcome).toMatchObject({ type: "joined" });
});

test.each([
  ["refused", {}, { type: "refused" }],
  ["gone", { reason: "left" }, { type: "left" }],
] as const)("it ends: %s", async (state, more, outcome) => {
  const { api, news, now } = setUp();
  news(state, more);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(now().outcome).toEqual(outcome);
  expect(api.join).not.toHaveBeenCalled();
});

test("a place that has run out is asked for anew, and the line goes with it", async () => {
  const { api, room, news, now } = setUp();
  await room.write("Bonjour");
  api.join.mockResolvedValue(place({ id: "t2" }));
  news("gone", { reason: "expired" });
  await vi.advanceTimersByTimeAsync(1500);
  expect(now().ticket.id).toBe("t2");
  expect(api.note).toHaveBeenLastCalledWith("t2", "Bonjour");
});

test("of several tabs one goes in and keeps the others out; they say so", async () => {
  const first = setUp();
  const second = setUp();
  first.api.join.mockResolvedValue(joined);
  second.api.claim.mockResolvedValue(undefined);
  for (const tab of [first, second]) tab.news("admitted");
  await vi.advanceTimersByTimeAsync(1);
  expect(first.now().outcome).toMatchObject({ type: "joined" });
  expect(first.letGo).not.toHaveBeenCalled();
  expect(second.now().outcome).toEqual({ type: "elsewhere" });
  expect(second.api.join).not.toHaveBeenCalled();
});

test("a tab that knocked in vain lets the others knock, who wait meanwhile", async () => {
  const { api, letGo, news, now } = setUp(0);
  api.claim.mockResolvedValueOnce(undefined);
  news("again");
  await vi.advanceTimersByTimeAsync(1);
  expect(api.join).not.toHaveBeenCalled();
  expect(now().outcome).toBeUndefined();
  news("again");
  await vi.advanceTimersByTimeAsync(1);
  expect(api.join).toHaveBeenCalledTimes(1);
  expect(letGo).toHaveBeenCalled();
});

test("what cannot be heard is asked for, every 20 s at most, and the place is kept", async () => {
  const { api, link, now } = setUp(0);
  link("down");
  expect(now().lost).toBe(true);
  await vi.advanceTimersByTimeAsync(19_999);
  expect(api.join).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100_001);
  expect(api.join).toHaveBeenCalledTimes(6);
  link("open");
  expect(now().lost).toBe(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(api.join).toHaveBeenCalledTimes(6);
});

test("a stream that was refused is opened anew with the new place", async () => {
  const { view, reopen } = setUp(0);
  view.set({ link: { name: "refused", code: "ticket-not-found" } });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(reopen).toHaveBeenCalled();
});

test("an SFU that is down after the yes is tried again, and the place is not lost", async () => {
  const { api, news, now } = setUp(0);
  api.join.mockRejectedValueOnce(new ApiError(503, { code: "media-unavailable" }, 5)).mockResolvedValue(joined);
  news("admitted");
  await vi.advanceTimersByTimeAsync(0);
  expect(now()).toMatchObject({ admitted: true, lost: true, outcome: undefined });
  await vi.advanceTimersByTimeAsync(5000);
  expect(now().outcome).toBeUndefined();
  await vi.advanceTimersByTimeAsync(2000);
  expect(now().outcome).toMatchObject({ type: "joined" });
});

test.each([
  ["room-locked", 423],
  ["room-full", 409],
  ["lobby-full", 429],
  ["room-archived", 410],
])("what the door says ends it: %s", async (code, status) => {
  const { api, news, now } = setUp();
  api.join.mockRejectedValue(new ApiError(status, { code }));
  news("admitted");
  await vi.advanceTimersByTimeAsync(1);
  expect(now().outcome).toMatchObject({ type: "door", error: { code } });
});

test("a line to the host is sent, or stays with its reason", async () => {
  const { api, room, now } = setUp();
  await room.write("Je suis du cabinet");
  expect(api.note).toHaveBeenCalledWith("t1", "Je suis du cabinet");
  expect(now().note).toEqual({ text: "Je suis du cabinet", state: "sent" });
  api.note.mockRejectedValue(new ApiError(429, { code: "too-many-requests" }));
  await room.write("Bonjour");
  expect(now().note).toEqual({ text: "Bonjour", state: { failed: "too-many-requests" } });
});

test("who leaves is gone, whatever is under way", async () => {
  const { api, room, news, tell, now } = setUp();
  news("again");
  room.leave();
  expect(tell).toHaveBeenCalledWith({ type: "ticket", data: JSON.stringify({ id: "t1", state: "gone", reason: "left" }) });
  news("admitted");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(api.leave).toHaveBeenCalledWith("t1");
  expect(api.join).not.toHaveBeenCalled();
  expect(now().outcome).toEqual({ type: "left" });
});
