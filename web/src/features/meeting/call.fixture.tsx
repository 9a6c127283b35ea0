import { act } from "@testing-library/react";
import { vi } from "vitest";
import { ApiError } from "../../api/error";
import type { Role } from "../../api/types";
import { Call } from "../../call/call";
import { person } from "../../call/people.fixture";
import type { CallApi, MediaEvents } from "../../call/ports";
import { show } from "../../test/render";
import { CallContext } from "./context";

const own = { may: { mic: true, camera: false, screen: true }, micOn: true, cameraOn: false, screenOn: false };

/** A page within a call of Jeanne's, and the strings by which a test moves it. Others join by `people`. */
export async function inCall(page: React.ReactNode, role: Role = "owner") {
  let events!: MediaEvents;
  const media = { connect: vi.fn(() => Promise.resolve()), disconnect: () => Promise.resolve(), turn: vi.fn(() => Promise.resolve()), choose: () => Promise.resolve(), chosen: () => undefined, micTrack: () => undefined, startSound: vi.fn(() => Promise.resolve()) };
  const api = {
    join: vi.fn<CallApi["join"]>(() => Promise.reject(new ApiError(503, { code: "media-unavailable" }, 30))),
    state: vi.fn<CallApi["state"]>(() => Promise.resolve({ seq: 0, hands: [], messages: [] })),
    say: vi.fn<CallApi["say"]>(() => Promise.resolve({ id: "m1", at: "2026-01-01T09:00:00Z", seq: 1 })),
    raise: vi.fn<CallApi["raise"]>(() => Promise.resolve()),
    agreeToUnmute: vi.fn<CallApi["agreeToUnmute"]>(() => Promise.resolve()),
    react: vi.fn<CallApi["react"]>(() => Promise.resolve()),
    leave: vi.fn<CallApi["leave"]>(() => Promise.resolve()),
    leaveNow: () => undefined,
  };
  const call = new Call(api, (given) => ((events = given), media), {
    room: { slug: "abc-defg-hij", name: "Comité", language: "fr", url: "https://x/abc-defg-hij" },
    role,
    entersMuted: false,
    participant: { id: "me", name: "Jeanne", assurance: "agent", organization: "" },
    livekit: { url: "ws://x", token: "t", expiresAt: "" },
  });
  show(<CallContext value={call}>{page}</CallContext>);
  await act(async () => {
    call.start();
    await Promise.resolve();
  });
  const people = (...others: ReturnType<typeof person>[]) => {
    act(() => {
      events.people([person("me", { name: "Jeanne", mine: true, role }), ...others], own);
    });
  };
  const signal = (value: object) => {
    act(() => {
      events.signal(new TextEncoder().encode(JSON.stringify(value)));
    });
  };
  return { api, call, media, events, people, signal };
}
