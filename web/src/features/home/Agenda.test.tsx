import { act, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AgendaEntry } from "../../api/meetings";
import { json, problem, serve, show } from "../../test/render";
import { Agenda } from "./Agenda";

const noon = new Date(2026, 10, 24, 12);
const minutes = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: noon, toFake: ["Date", "setTimeout", "clearTimeout"], shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function entry(title: string, after: number, more: Partial<AgendaEntry> = {}): AgendaEntry {
  const iso = (later: number) => new Date(noon.getTime() + later * minutes).toISOString();
  return {
    meeting: title, slug: "abc-defg-hij", organizer: "Jeanne Morel", leads: true, recurs: false, id: "20261124T090000", title,
    start: iso(after), end: iso(after + 60), opens: iso(after - 15), closes: iso(after + 90), attendance: true, ...more,
  };
}
const answer = (...items: AgendaEntry[]) => ({ "GET /api/v1/agenda": () => json({ items }) });
const section = () => screen.getByRole("heading", { name: "Agenda" }).closest("section") as HTMLElement;

test("an agenda that cannot be read says so, and is asked for again on request", async () => {
  serve({ "GET /api/v1/agenda": () => problem(503, "database-unavailable") });
  show(<Agenda />);
  expect(await screen.findByRole("button", { name: "Réessayer" })).toBeDefined();
  expect(screen.queryByText(/Aucune réunion/)).toBeNull();
});

test("an empty week offers to plan a meeting, and the way to all others", async () => {
  serve(answer());
  show(<Agenda />);
  expect(await screen.findByText("Aucune réunion dans les sept jours.")).toBeDefined();
  expect(within(section()).getAllByRole("link").map((link) => link.textContent)).toEqual(["Planifier une réunion", "Toutes mes réunions, à venir et passées"]);
});

test("what is on comes first, and alone can be joined", async () => {
  serve(answer(entry("Comité", 10), entry("Bilan", 24 * 60)));
  show(<Agenda />);
  expect(await screen.findByRole("link", { name: "Rejoindre Comité" })).toHaveProperty("pathname", "/abc-defg-hij");
  expect(within(section()).getAllByRole("heading", { level: 3 }).map((title) => title.textContent)).toEqual(["Maintenant", "Demain, mercredi 25 novembre"]);
  expect(screen.queryByRole("link", { name: "Rejoindre Bilan" })).toBeNull();
  expect(screen.getByRole("link", { name: "Bilan" })).toHaveProperty("pathname", "/meetings/Bilan");
});

test.each([
  ["needs-action", "Sans réponse de votre part"],
  ["accepted", "Acceptée"],
  ["tentative", "Peut-être"],
  ["declined", "Refusée"],
] as const)("a meeting of somebody else names them, and what I answered: %s", async (rsvp, says) => {
  serve(answer(entry("Comité", 120, { leads: false, organizer: "Amine Kader", rsvp, moved: true })));
  show(<Agenda />);
  const row = (await screen.findByRole("link", { name: "Comité" })).closest("li") as HTMLElement;
  for (const words of ["Amine Kader", says, "Déplacée"]) expect(row.textContent).toContain(words);
});

test("the room opens while the page is looked at: it asks again and shows the way in", async () => {
  const fetch = serve(answer(entry("Comité", 20)));
  show(<Agenda />);
  await screen.findByRole("link", { name: "Comité" });
  expect(screen.queryByRole("link", { name: "Rejoindre Comité" })).toBeNull();
  await act(() => vi.advanceTimersByTimeAsync(5 * minutes + 2));
  expect(screen.getByRole("link", { name: "Rejoindre Comité" })).toBeDefined();
  expect(fetch).toHaveBeenCalledTimes(2);
});

test("who comes back to the tab sees the agenda as it is now", async () => {
  const fetch = serve(answer(entry("Comité", 20)));
  show(<Agenda />);
  await screen.findByRole("link", { name: "Comité" });
  await act(() => {
    document.dispatchEvent(new Event("visibilitychange"));
    return Promise.resolve();
  });
  expect(fetch).toHaveBeenCalledTimes(2);
});

test("nobody waits for the answer of who leads a meeting", async () => {
  serve(answer(entry("Comité", 120, { rsvp: "needs-action" })));
  show(<Agenda />);
  const row = (await screen.findByRole("link", { name: "Comité" })).closest("li") as HTMLElement;
  expect(row.textContent).not.toContain("Sans réponse");
});
