import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { eventStream } from "../../test/events";
import { config, jeanne, json, nobody, problem, serve, show, type Answers } from "../../test/render";
import { HomePage } from "./HomePage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const samira = { id: "t1", name: "Samira", kind: "guest", organization: "", assurance: "email", email: "samira@example.org", reason: "lobby", note: "Pour le point 3", since: "2026-01-01T09:14:00Z" };
const paul = { id: "t2", name: "Paul", kind: "person", organization: "Intérieur", assurance: "agent-mfa", reason: "returned", since: "2026-01-01T09:15:00Z" };
const lobby = "/api/v1/rooms/abc-defg-hij/lobby";

function home(answers: Answers) {
  const news = eventStream();
  const fetch = serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/rooms": () => json({ items: [] }),
    "GET /api/v1/agenda": () => json({ items: [] }),
    "GET /api/v1/me/events": () => news.answer(),
    ...answers,
  });
  show(<HomePage />);
  return { news, fetch };
}

test("who is not signed in hears nothing of anybody's rooms", async () => {
  const { news } = home({ "GET /api/v1/me": () => json(nobody) });
  await screen.findByRole("link", { name: "Se connecter" });
  expect(news.count()).toBe(0);
});

test("nobody waiting takes no place on the page", async () => {
  const { news } = home({});
  await waitFor(() => { expect(news.count()).toBe(1); });
  await news.say("lobby", { slug: "abc-defg-hij", name: "Comité", seq: 1, items: [] });
  expect(screen.queryByRole("heading", { name: "En attente dans vos salles" })).toBeNull();
});

test("who waits is shown by room with what is known of them, and is let in from here", async () => {
  const sent: unknown[] = [];
  const { news } = home({
    [`POST ${lobby}/admit`]: async (request) => {
      sent.push(await request.json());
      return json({ admitted: ["t1"] });
    },
  });
  await news.say("lobby", { slug: "abc-defg-hij", name: "Comité", seq: 1, items: [samira] });
  await news.say("knock", { slug: "abc-defg-hij", name: "Comité", item: paul });
  const section = (await screen.findByRole("heading", { name: "En attente dans vos salles" })).closest("section") as HTMLElement;
  for (const words of ["Comité", "Invité · adresse électronique vérifiée · samira@example.org", "Pour le point 3", "Intérieur · compte d’agent, second facteur", "Remis en salle d’attente"]) {
    expect(section.textContent).toContain(words);
  }
  expect(within(section).getByRole("link", { name: "Rejoindre Comité" })).toHaveProperty("pathname", "/abc-defg-hij");
  await userEvent.click(screen.getByRole("button", { name: "Faire entrer Samira" }));
  await waitFor(() => { expect(screen.queryByText("Samira")).toBeNull(); });
  expect(sent).toEqual([{ tickets: ["t1"] }]);
  expect(screen.getByText("Paul")).toBeDefined();
  expect(document.activeElement).not.toBe(document.body);
});

test("another host was quicker: that is said, and the line goes", async () => {
  const { news } = home({ [`POST ${lobby}/refuse`]: () => problem(409, "already-decided") });
  await news.say("lobby", { slug: "abc-defg-hij", name: "Comité", seq: 1, items: [samira] });
  await userEvent.click(await screen.findByRole("button", { name: "Refuser Samira" }));
  expect((await screen.findByRole("alert")).textContent).toContain("en a décidé autrement");
  expect(screen.queryByText("Samira")).toBeNull();
});

test("each newcomer is said and rung once, though the stream begins anew; who wants no sound has none", async () => {
  let rings = 0;
  vi.stubGlobal("AudioContext", class {
    currentTime = 0;
    destination = {};
    resume() {
      rings += 1;
      return new Promise(() => undefined);
    }
  });
  const clock = vi.spyOn(performance, "now").mockReturnValue(1_000_000);
  const { news } = home({});
  await news.say("lobby", { slug: "abc-defg-hij", name: "Comité", seq: 1, items: [samira] });
  expect(await screen.findByText("Samira demande à entrer")).toHaveProperty("role", "status");
  expect(rings).toBe(1);
  clock.mockReturnValue(1_010_000);
  await news.say("lobby", { slug: "abc-defg-hij", name: "Comité", seq: 2, items: [] });
  await news.say("lobby", { slug: "abc-defg-hij", name: "Comité", seq: 3, items: [samira] });
  expect(rings).toBe(1);
  await news.say("knock", { slug: "abc-defg-hij", name: "Comité", item: paul });
  expect(await screen.findByText("Paul demande à entrer")).toBeDefined();
  expect(rings).toBe(2);
  clock.mockReturnValue(1_020_000);
  await userEvent.click(screen.getByLabelText("Un son quand quelqu’un demande à entrer"));
  await news.say("knock", { slug: "abc-defg-hij", name: "Comité", item: { ...paul, id: "t3", name: "Zoé" } });
  expect(await screen.findByText("Zoé demande à entrer")).toBeDefined();
  expect(rings).toBe(2);
  clock.mockRestore();
});

test("what letting somebody in does to the meeting is said, with who locked it", async () => {
  const { news } = home({});
  const yvonne = { ...paul, name: "Yvonne", reason: "tightens", tightens: [
    { setting: "chatKeeping", value: "none", lockedBy: ["Ministère Y"] },
    { setting: "forbidden", value: ["chat", "screen"], lockedBy: ["the platform", "Ministère Y"] },
    { setting: "attendanceDays", value: 30, lockedBy: ["Ministère Y"] },
    { setting: "recording", value: "off", lockedBy: ["Ministère Y"] },
    { setting: "telepathy", value: "off", lockedBy: ["Ministère Y"] },
  ] };
  await news.say("lobby", { slug: "abc-defg-hij", name: "Comité", seq: 1, items: [yvonne] });
  const section = (await screen.findByRole("heading", { name: "En attente dans vos salles" })).closest("section") as HTMLElement;
  for (const words of [
    "Faire entrer Yvonne change la réunion jusqu’à sa fin", "qui arrive plus tard ne lit pas les messages d’avant (verrouillé par Ministère Y)",
    "messages et partage d’écran (verrouillé par la plateforme et Ministère Y)", "30 jours au plus", "la réunion ne peut pas être enregistrée (verrouillé par Ministère Y)", "telepathy",
  ]) {
    expect(section.textContent).toContain(words);
  }
});
