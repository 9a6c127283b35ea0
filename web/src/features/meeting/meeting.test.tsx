import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import i18next from "i18next";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../api/error";
import { person } from "../../call/people.fixture";
import { spoken } from "./Announcer";
import { Banners } from "./Banners";
import { ChatPanel } from "./ChatPanel";
import { Dock } from "./Dock";
import { inCall } from "./call.fixture";
import { PeoplePanel } from "./PeoplePanel";
import { Tile } from "./Tile";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  Element.prototype.scrollTo = () => undefined;
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const hand = (seq: number, participant: string, second: number) => ({
  seq,
  type: "hand",
  data: { participant, name: participant, raised: true, raisedAt: new Date(Date.UTC(2026, 0, 1, 9, 0, second)).toISOString() },
});

test("what is written is sent by Enter, shown once, and the field stays at hand", async () => {
  const { api } = await inCall(<ChatPanel onClose={() => undefined} />);
  const field = screen.getByRole("textbox", { name: "Votre message" });
  expect(document.activeElement).toBe(field);
  await userEvent.type(field, "Bonjour{Shift>}{Enter}{/Shift}https://a.fr/x{Enter}");
  expect(api.say).toHaveBeenCalledWith("me", "Bonjour\nhttps://a.fr/x");
  expect(await screen.findByRole("link", { name: "https://a.fr/x" })).toHaveProperty("rel", "noopener noreferrer nofollow");
  expect(screen.getAllByRole("listitem")).toHaveLength(1);
  expect(document.activeElement).toBe(field);
});

test("a line that was refused says why and can be sent again", async () => {
  const { api } = await inCall(<ChatPanel onClose={() => undefined} />);
  api.say.mockRejectedValueOnce(new ApiError(429, { code: "too-many-requests" }));
  await userEvent.type(screen.getByRole("textbox"), "Bonjour{Enter}");
  expect((await screen.findByRole("alert")).textContent).toContain("Trop d’essais");
  await userEvent.click(screen.getByRole("button", { name: "Renvoyer" }));
  expect(api.say).toHaveBeenCalledTimes(2);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("hands are listed in their order, of those who are there", async () => {
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Amine", { organization: "Intérieur" }), person("Louise"));
  signal(hand(1, "Louise", 1));
  signal(hand(2, "Gone", 2));
  signal(hand(3, "Amine", 3));
  const hands = screen.getByRole("heading", { name: "Mains levées" }).parentElement;
  expect([...(hands?.querySelectorAll("bdi") ?? [])].map((name) => name.textContent)).toEqual(["Louise", "Amine"]);
  expect(screen.getAllByText(/Intérieur/)).toHaveLength(2);
});

test("the dock says what each key will do, and what one may not do is off", async () => {
  const { api, call, media, people, signal } = await inCall(
    <Dock panel={undefined} togglePanel={() => undefined} openDialog={() => undefined} reacting={false} setReacting={() => undefined} />,
  );
  people();
  await userEvent.click(screen.getByRole("button", { name: "Couper le micro" }));
  expect(media.turn).toHaveBeenCalledWith("mic", false);
  const camera = screen.getByRole("button", { name: "Activer la caméra" });
  expect(camera.getAttribute("aria-disabled")).toBe("true");
  expect(camera.title).toBe("Non autorisé par les personnes qui animent la réunion");
  await userEvent.click(camera);
  expect(media.turn).toHaveBeenCalledTimes(1);
  expect(call.view.get().told).toMatchObject([{ type: "off", abilities: ["camera"] }]);
  await userEvent.click(screen.getByRole("button", { name: "Lever la main" }));
  expect(api.raise).toHaveBeenCalledWith("me", true);
  signal(hand(1, "me", 1));
  expect(screen.getByRole("button", { name: "Baisser la main" })).toBeDefined();
  signal({ seq: 2, type: "message", data: { id: "m", participant: "p", name: "Amine", text: "x", at: "2026-01-01T09:00:00Z" } });
  expect(screen.getByRole("button", { name: "Messages, 1 non lu" })).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Quitter la réunion" }));
  expect(call.view.get().phase).toMatchObject({ name: "over", reason: "left" });
});

test("a tile says who it is, how sure we are, and what the eye would see", async () => {
  const { signal } = await inCall(<Tile person={person("p1", { name: "Samira Dufour", micOn: false, assurance: "phone" })} />);
  signal(hand(1, "p1", 1));
  const tile = document.querySelector("[data-participant=p1]");
  expect(tile?.textContent).toContain("SD");
  for (const words of ["Samira Dufour", "téléphone", "micro coupé", "main levée"]) expect(tile?.textContent).toContain(words);
});

test("connection, sound and being alone are said in place", async () => {
  const { call, events, media, people } = await inCall(<Banners />);
  people();
  expect(screen.getByText(/Vous êtes seul pour le moment/)).toBeDefined();
  act(() => {
    events.soundBlocked(true);
  });
  await userEvent.click(screen.getByRole("button", { name: "Activer le son" }));
  expect(media.startSound).toHaveBeenCalled();
  act(() => {
    events.healing();
  });
  expect(screen.getByText("Connexion perdue. Reconnexion en cours…")).toBeDefined();
  act(() => {
    events.cut("lost");
  });
  expect(call.view.get().phase.name).toBe("waiting");
  expect(screen.getByText("La réunion est interrompue")).toBeDefined();
});

test("a crowd is announced as a number, few by their names, nothing twice", () => {
  const t = i18next.getFixedT("en");
  const joined = (name: string) => ({ type: "joined" as const, names: [name] });
  expect(spoken([joined("A"), joined("B"), { type: "hand", name: "C" }, { type: "hand", name: "C" }], t)).toBe(
    "A is in the meeting. B is in the meeting. C raises a hand",
  );
  expect(spoken(["A", "B", "C", "D"].map(joined), t)).toBe("4 people have joined");
  expect(spoken([{ type: "reaction", name: "A", reaction: "clap" }], t)).toBe("A: Applause");
});
