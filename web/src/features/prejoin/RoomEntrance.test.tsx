import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { config, jeanne, json, nobody, problem, room, serve, show } from "../../test/render";
import { RoomEntrance } from "./RoomEntrance";

vi.mock("../meeting", () => ({ Meeting: ({ joined }: { joined: { participant: { name: string } } }) => <p>in the call as {joined.participant.name}</p> }));

const path = "/api/v1/rooms/abc-defg-hij";
const Shell = ({ children }: { children: ReactNode }) => <main>{children}</main>;
const enter = () => show(<RoomEntrance slug="abc-defg-hij" shell={Shell} />);
const door = (state: string, code?: string) => () => json({ slug: room.slug, url: room.url, door: { state, code } });
const base = { "GET /api/v1/config": () => json(config), "GET /api/v1/me": () => json(nobody) };
const joined = (name: string) => ({
  room,
  role: "member",
  participant: { id: "a1", name, assurance: "unknown", organization: "" },
  livekit: { url: "ws://x", token: "t", expiresAt: "" },
});

beforeEach(() => {
  const mediaDevices = Object.assign(new EventTarget(), {
    getUserMedia: () => Promise.reject(new DOMException("", "NotFoundError")),
    enumerateDevices: () => Promise.resolve([]),
  });
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("a room that asks for a sign-in offers one that comes back here", async () => {
  serve({ ...base, [`GET ${path}`]: door("sign-in-required", "sign-in-required") });
  enter();
  const link = await screen.findByRole("link", { name: "Se connecter" });
  expect(new URL((link as HTMLAnchorElement).href).searchParams.get("returnTo")).toBe("/abc-defg-hij");
});

test.each([
  ["members-only", /réservée à d’autres/],
  ["room-archived", /archivée/],
  ["a-code-of-a-later-server", /inattendue/],
])("a refusal says why: %s", async (code, text) => {
  serve({ ...base, [`GET ${path}`]: door("refused", code) });
  enter();
  expect(await screen.findByText(text)).toBeDefined();
});

test("a code that no room has says so", async () => {
  serve({ ...base, [`GET ${path}`]: () => problem(404, "room-not-found") });
  enter();
  expect(await screen.findByText(/Aucune salle ne porte ce code/)).toBeDefined();
});

// The first of this file to join: later ones find the call's code loaded in any case.
test("who joins goes straight from the page before the call into it", async () => {
  serve({ ...base, "GET /api/v1/me": () => json(jeanne), [`GET ${path}`]: () => json(room), [`POST ${path}/join`]: () => json(joined("Jeanne Morel")) });
  enter();
  const shown: string[] = [];
  const watching = new MutationObserver(() => shown.push(document.body.textContent));
  watching.observe(document.body, { childList: true, subtree: true });
  await userEvent.click(await screen.findByRole("button", { name: "Rejoindre" }));
  await screen.findByText("in the call as Jeanne Morel");
  watching.disconnect();
  expect(shown.filter((text) => text.includes("Connexion"))).toEqual([]);
});

test("a guest gives a name, which is remembered, and joins without devices", async () => {
  let body: unknown;
  serve({
    ...base,
    [`GET ${path}`]: door("open"),
    [`POST ${path}/join`]: async (request) => {
      body = await request.json();
      return json(joined("Samira"));
    },
  });
  enter();
  await userEvent.click(await screen.findByRole("button", { name: "Rejoindre" }));
  expect((await screen.findAllByRole("alert")).map((alert) => alert.textContent)).toContain("Indiquez votre nom pour entrer.");
  expect(screen.getByText(/Introuvable/)).toBeDefined();
  await userEvent.type(screen.getByLabelText("Votre nom"), " Samira {Enter}");
  expect(await screen.findByText("in the call as Samira")).toBeDefined();
  expect(body).toEqual({ name: "Samira" });
  expect(localStorage.getItem("parvis.name")).toBe("Samira");
});

test("a signed-in person joins under their own name and sends none", async () => {
  let body: unknown;
  serve({
    ...base,
    "GET /api/v1/me": () => json(jeanne),
    [`GET ${path}`]: () => json(room),
    [`POST ${path}/join`]: async (request) => {
      body = await request.json();
      return json(joined("Jeanne Morel"));
    },
  });
  enter();
  expect(await screen.findByText("Vous entrez sous le nom de Jeanne Morel.")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Rejoindre" }));
  expect(await screen.findByText("in the call as Jeanne Morel")).toBeDefined();
  expect(body).toEqual({});
});

test("a media server that is down is said, and the page tries again", async () => {
  let tries = 0;
  serve({
    ...base,
    "GET /api/v1/me": () => json(jeanne),
    [`GET ${path}`]: () => json(room),
    [`POST ${path}/join`]: () => (++tries === 1 ? problem(503, "media-unavailable") : json(joined("Jeanne Morel"))),
  });
  enter();
  await userEvent.click(await screen.findByRole("button", { name: "Rejoindre" }));
  expect(await screen.findByRole("heading", { name: "Les réunions sont interrompues" })).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Réessayer maintenant" }));
  expect(await screen.findByText("in the call as Jeanne Morel")).toBeDefined();
});

test("a door that closed meanwhile is read again", async () => {
  let closed = false;
  serve({
    ...base,
    "GET /api/v1/me": () => json(jeanne),
    [`GET ${path}`]: () => (closed ? door("refused", "room-archived")() : json(room)),
    [`POST ${path}/join`]: () => {
      closed = true;
      return problem(410, "room-archived");
    },
  });
  enter();
  await userEvent.click(await screen.findByRole("button", { name: "Rejoindre" }));
  await waitFor(() => {
    expect(screen.getByRole("heading", { name: "Vous ne pouvez pas entrer" })).toBeDefined();
  });
});

test("in a frame of another site the room opens a window of its own, and nobody joins there", async () => {
  const fetch = serve({ "GET /api/v1/config": () => json(config) });
  vi.stubGlobal("top", {});
  const cookie = vi.spyOn(document, "cookie", "get").mockReturnValue("");
  enter();
  const link = await screen.findByRole("link", { name: "Ouvrir la salle" });
  expect([link.getAttribute("href"), link.getAttribute("target")]).toEqual(["/abc-defg-hij", "_blank"]);
  expect(screen.queryByRole("button")).toBeNull();
  expect(fetch.mock.calls.some(([input]) => typeof input !== "string" && input.url.includes("/rooms/"))).toBe(false);
  cookie.mockRestore();
});
