import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { config, jeanne, json, room, serve, show } from "../../test/render";
import { RoomEntrance } from "./RoomEntrance";

vi.mock("../meeting", () => ({ Meeting: ({ wishes }: { wishes: { mic: { on: boolean } } }) => <p>{wishes.mic.on ? "heard at once" : "the microphone is closed"}</p> }));

const path = "/api/v1/rooms/abc-defg-hij";
const Shell = ({ children }: { children: ReactNode }) => <main>{children}</main>;
const why = /Le micro est fermé à l’entrée de cette salle/;
const opened: string[] = [];

function enter(before: boolean, joining = before) {
  serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    [`GET ${path}`]: () => json({ ...room, entersMuted: before }),
    [`POST ${path}/join`]: () =>
      json({
        room, role: "member", participant: { id: "a1", name: "Jeanne Morel", assurance: "agent", organization: "" },
        livekit: { url: "ws://x", token: "t", expiresAt: "" }, entersMuted: joining,
      }),
  });
  show(<RoomEntrance slug="abc-defg-hij" shell={Shell} />);
}

beforeEach(() => {
  opened.length = 0;
  const getUserMedia = ({ audio }: MediaStreamConstraints) => {
    opened.push(audio ? "mic" : "camera");
    const track = Object.assign(new EventTarget(), { getSettings: () => ({}), stop: () => undefined });
    return Promise.resolve({ getTracks: () => [track] });
  };
  vi.stubGlobal("MediaStream", EventTarget);
  const mediaDevices = Object.assign(new EventTarget(), { getUserMedia, enumerateDevices: () => Promise.resolve([]) });
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("where one enters with the microphone closed, the page says why and opens none", async () => {
  enter(true);
  expect(await screen.findByText(why)).toBeDefined();
  const mic = screen.getByRole("button", { name: /Activer le micro/ });
  expect(mic.getAttribute("aria-disabled")).toBe("true");
  await userEvent.click(mic);
  await userEvent.click(screen.getByRole("button", { name: "Rejoindre" }));
  expect(await screen.findByText("the microphone is closed")).toBeDefined();
  expect(opened).toEqual(["camera"]);
  expect(localStorage.getItem("parvis.micOn")).toBeNull(); // elsewhere it is as before
});

test("what was said since the page was read counts at the door", async () => {
  navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined); // wanted, and opening still
  enter(false, true);
  await userEvent.click(await screen.findByRole("button", { name: "Rejoindre" }));
  expect(await screen.findByText("the microphone is closed")).toBeDefined();
});
