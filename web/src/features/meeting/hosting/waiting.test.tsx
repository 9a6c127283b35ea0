import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { person } from "../../../call/people.fixture";
import { eventStream } from "../../../test/events";
import { json, problem, serve, type Answers } from "../../../test/render";
import { setChime } from "../../lobby";
import { Banners } from "../Banners";
import { inCall } from "../call.fixture";
import { DevicesDialog } from "../DevicesDialog";
import { Dock } from "../Dock";
import { PeoplePanel } from "../PeoplePanel";
import { ShortcutsDialog } from "../ShortcutsDialog";

const path = "/api/v1/rooms/abc-defg-hij";
const knock = (id: string, name: string, more: object = {}) => ({
  id, name, kind: "guest", organization: "", assurance: "unknown", reason: "lobby", since: `2026-01-01T09:1${id.slice(-1)}:00Z`, ...more,
});

/** The lobby's side of a server; what is asked of it is kept. */
function lobby(answers: Answers = {}) {
  const news = eventStream();
  const asked: unknown[] = [];
  const note = (key: string) => async (request: Request) => {
    const body = (await request.clone().json()) as { tickets?: string[] };
    asked.push([key, body]);
    return answers[key]?.(request) ?? json({ [key === "admit" ? "admitted" : "refused"]: body.tickets ?? [] });
  };
  serve({
    [`GET ${path}/events`]: () => news.answer(),
    [`POST ${path}/lobby/admit`]: note("admit"),
    [`POST ${path}/lobby/refuse`]: note("refuse"),
    [`GET ${path}/participants`]: () => json({ items: [] }),
    ...answers,
  });
  const waiting = (...items: object[]) => news.say("lobby", { slug: "abc-defg-hij", name: "Comité", seq: 1, items });
  const knocks = (item: object) => news.say("knock", { slug: "abc-defg-hij", name: "Comité", item });
  return { news, asked, waiting, knocks };
}

const sounds: number[] = [];
beforeEach(() => {
  sounds.length = 0;
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  const node = () => ({
    frequency: {},
    gain: { setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() },
    connect: (next: unknown) => next,
    start: (at: number) => sounds.push(at),
    stop: vi.fn(),
  });
  vi.stubGlobal("AudioContext", class {
    currentTime = 0;
    destination = {};
    resume() { return Promise.resolve(); }
    createOscillator() { return node(); }
    createGain() { return node(); }
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const press = async (name: string | RegExp) => userEvent.click(await screen.findByRole("button", { name }));

test("who does not host neither hears nor sees who waits", async () => {
  const { news } = lobby();
  await inCall(<><Banners /><PeoplePanel onClose={() => undefined} /><DevicesDialog onClose={() => undefined} /></>, "member");
  expect(news.count()).toBe(0);
  expect(screen.queryByText(/attend/)).toBeNull();
  expect(screen.queryByLabelText("Un son quand quelqu’un demande à entrer")).toBeNull();
});

test("a knock is shown with who it is, said, rung, and decided in place", async () => {
  const { asked, knocks, waiting } = lobby();
  vi.spyOn(performance, "now").mockReturnValue(100_000);
  await inCall(<Banners />);
  await waiting();
  await knocks(knock("t1", "Samira", { note: "Pour le point 3", assurance: "phone" }));
  const said = await screen.findAllByText("Samira demande à entrer");
  expect(said.map((one) => one.getAttribute("role"))).toEqual(["status", null]); // heard, and in sight
  expect(screen.getByText("Invité · numéro de téléphone vérifié")).toBeDefined();
  expect(screen.getByText("Pour le point 3")).toBeDefined();
  await waitFor(() => { expect(sounds).toHaveLength(2); });
  await press("Faire entrer Samira");
  await waitFor(() => { expect(screen.queryByRole("button", { name: "Faire entrer Samira" })).toBeNull(); });
  expect(asked).toEqual([["admit", { tickets: ["t1"] }]]);
});

test("a crowd rings once, shows who came first and counts all; later is later", async () => {
  const { knocks, waiting } = lobby();
  const see = vi.fn();
  vi.spyOn(performance, "now").mockReturnValue(200_000);
  await inCall(<Banners showWaiting={see} />);
  await waiting(knock("t1", "Ana"), knock("t2", "Bo"), knock("t3", "Cem"));
  expect(await screen.findByText("3 personnes demandent à entrer")).toBeDefined();
  await knocks(knock("t4", "Dan"));
  expect(screen.getByText("Dan demande à entrer")).toBeDefined();
  await waitFor(() => { expect(sounds).toHaveLength(2); });
  expect(screen.getAllByRole("button", { name: /^Faire entrer/ })).toHaveLength(1);
  expect(screen.getByText("4 personnes attendent")).toBeDefined();
  await press("Voir qui attend");
  expect(see).toHaveBeenCalled();
  await press(/^Plus tard.*Ana$/);
  expect(screen.queryByRole("button", { name: "Faire entrer Ana" })).toBeNull();
  expect(screen.getByRole("button", { name: "Faire entrer Bo" })).toBeDefined();
  await press("Plus tard, pour tout le monde");
  expect(screen.queryByRole("button", { name: /^Faire entrer/ })).toBeNull();
  await knocks(knock("t5", "Eve"));
  expect(screen.getByRole("button", { name: "Faire entrer Eve" })).toBeDefined();
});

test("where the list is open the toast keeps away, and who wants no sound has none", async () => {
  const { waiting } = lobby();
  vi.spyOn(performance, "now").mockReturnValue(300_000);
  setChime(false);
  await inCall(<Banners panel="people" />);
  await waiting(knock("t1", "Samira"));
  expect(await screen.findByText("Samira demande à entrer")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Faire entrer Samira" })).toBeNull();
  expect(sounds).toEqual([]);
});

test("the sound is a setting, kept in this browser", async () => {
  lobby();
  await inCall(<DevicesDialog onClose={() => undefined} />);
  const box = await screen.findByLabelText("Un son quand quelqu’un demande à entrer");
  expect(box).toHaveProperty("checked", true);
  await userEvent.click(box);
  expect(localStorage.getItem("parvis.knock-sound")).toBe("off");
});

test("who scrolled away from the list of who waits is told above the others, and brought back to it", async () => {
  const { waiting, knocks } = lobby();
  await inCall(<PeoplePanel onClose={() => undefined} />);
  const list = screen.getByRole("region", { name: "Personnes" });
  await waiting(knock("t1", "Ana"));
  const above = () => screen.queryByRole("button", { name: "Voir qui attend" });
  expect(above()).toBeNull();
  const section = screen.getByRole("heading", { name: "1 personne attend" }).closest("section") as HTMLElement;
  section.getBoundingClientRect = () => new DOMRect(0, -300, 360, 200);
  fireEvent.scroll(list);
  expect(screen.getByText("Ana demande à entrer")).toBeDefined();
  await knocks(knock("t2", "Bo"));
  expect(screen.getAllByText("2 personnes attendent")).toHaveLength(2);
  await press("Voir qui attend");
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "2 personnes attendent" }));
  section.getBoundingClientRect = () => new DOMRect(0, 60, 360, 200);
  fireEvent.scroll(list);
  expect(above()).toBeNull();
});

test("the list lets in one, several or all who are shown", async () => {
  const { asked, waiting } = lobby();
  await inCall(<PeoplePanel onClose={() => undefined} />);
  await waiting(knock("t1", "Ana"), knock("t2", "Bo"), knock("t3", "Cem"), knock("t4", "Dan"), knock("t5", "Eve"));
  expect(await screen.findByRole("heading", { name: "5 personnes attendent" })).toBeDefined();
  await press("Faire entrer Bo");
  await screen.findByRole("heading", { name: "4 personnes attendent" });
  await userEvent.click(screen.getByLabelText("Choisir Ana"));
  await userEvent.click(screen.getByLabelText("Choisir Dan"));
  await press("Faire entrer (2)");
  await screen.findByRole("heading", { name: "2 personnes attendent" });
  await press("Faire entrer tout le monde");
  await waitFor(() => { expect(screen.queryByText("Cem")).toBeNull(); });
  expect(asked).toEqual([
    ["admit", { tickets: ["t2"] }],
    ["admit", { tickets: ["t1", "t4"] }],
    ["admit", { tickets: ["t3", "t5"] }],
  ]);
});

test("who was removed is not let in with all the others", async () => {
  const { asked, waiting } = lobby();
  await inCall(<PeoplePanel onClose={() => undefined} />);
  await waiting(knock("t1", "Ana"), knock("t2", "Bo", { reason: "removed" }), knock("t3", "Cem"));
  expect(await screen.findByText(/n’entrent que si vous les choisissez/)).toBeDefined();
  await press("Faire entrer tout le monde");
  await screen.findByRole("heading", { name: "1 personne attend" });
  await press("Faire entrer Bo");
  await waitFor(() => { expect(asked).toHaveLength(2); });
  expect(asked).toEqual([["admit", { tickets: ["t1", "t3"] }], ["admit", { tickets: ["t2"] }]]);
});

test("refusing several is asked twice, and Escape leaves the panel open", async () => {
  const closed = vi.fn();
  const { asked, waiting } = lobby({ refuse: () => json({ refused: ["t1", "t2"] }) });
  await inCall(<PeoplePanel onClose={closed} />);
  await waiting(knock("t1", "Ana"), knock("t2", "Bo"));
  await press("Refuser tout le monde");
  expect(asked).toEqual([]);
  const dialog = screen.getByRole("dialog", { name: /^Refuser 2 personnes/ });
  act(() => { dialog.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })); });
  expect(closed).not.toHaveBeenCalled();
  await userEvent.click(within(dialog).getByRole("button", { name: "Refuser" }));
  await waitFor(() => { expect(screen.queryByText("Ana")).toBeNull(); });
  expect(asked).toEqual([["refuse", { all: true }]]);
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a decision that fails says so, and who waits stays", async () => {
  const { waiting } = lobby({ admit: () => problem(503, "database-unavailable") });
  await inCall(<PeoplePanel onClose={() => undefined} />);
  await waiting(knock("t1", "Ana"));
  await press("Faire entrer Ana");
  expect((await screen.findByRole("alert")).textContent).toContain("indisponible");
  expect(screen.getByText("Ana")).toBeDefined();
});

test("the dock counts who waits before it counts hands", async () => {
  const { waiting } = lobby();
  const { signal } = await inCall(
    <Dock panel={undefined} togglePanel={() => undefined} openDialog={() => undefined} reacting={false} setReacting={() => undefined} />,
  );
  await waiting(knock("t1", "Ana"), knock("t2", "Bo"));
  expect(await screen.findByRole("button", { name: "Personnes, 2 en attente" })).toBeDefined();
  signal({ seq: 1, type: "hand", data: { participant: "p", name: "P", raised: true, raisedAt: "2026-01-01T09:00:00Z" } });
  expect(screen.getByRole("button", { name: "Personnes, 2 en attente, 1 main levée" }).textContent).toContain("2");
});

test("who asks to see who waits is brought there; the shortcut is listed for hosts", async () => {
  const { waiting } = lobby();
  await inCall(<><PeoplePanel onClose={() => undefined} looked={1} /><ShortcutsDialog onClose={() => undefined} /></>);
  await waiting(knock("t1", "Ana"));
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "1 personne attend" }));
  expect(screen.getByText("Voir qui attend d’entrer")).toBeDefined();
});

test("somebody is sent back to wait from their dialog", async () => {
  let sent = "";
  lobby({ [`POST ${path}/participants/Louise/lobby`]: (request) => {
    sent = request.url;
    return json(null, 204);
  } });
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Louise"));
  await press("Gérer Louise");
  await press("Remettre en salle d’attente");
  await waitFor(() => { expect(sent).toContain("/participants/Louise/lobby"); });
});

test("five minutes before its end the meeting says so, and again in the last minute", async () => {
  lobby();
  const { signal } = await inCall(<Banners />, "member");
  const at = (minutes: number) => ({ endsAt: new Date(Date.now() + minutes * 60_000).toISOString() });
  signal({ seq: 1, type: "limits", data: at(6) });
  expect(screen.queryByRole("alert")).toBeNull();
  signal({ seq: 2, type: "limits", data: at(4.9) });
  expect(screen.getByRole("alert").textContent).toContain("se termine dans 5 minutes");
  await press("Fermer");
  expect(screen.queryByRole("alert")).toBeNull();
  signal({ seq: 3, type: "limits", data: at(0.5) });
  expect(screen.getByRole("alert").textContent).toContain("moins d’une minute");
  signal({ seq: 4, type: "limits", data: {} });
  expect(screen.queryByRole("alert")).toBeNull();
});
