import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import type { Appointment } from "../roles";
import { LivePage } from "./LivePage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const room = {
  id: "r1",
  name: "Budget 2027",
  organization: { id: "o1", name: "Finances" },
  session: "s1",
  since: "2026-11-20T09:00:00Z",
  people: 2,
  interrupted: 1,
  waiting: 3,
  entry: "members",
  locked: true,
  quality: "interrupted",
  connections: { excellent: 7, good: 5, poor: 2, lost: 1, unknown: 4 },
};
const camille = {
  participant: "a1",
  kind: "person",
  name: "Camille Martin",
  organization: "Finances",
  role: "owner",
  assurance: "agent",
  since: room.since,
  connection: "open",
};
const paul = { ...camille, participant: "a2", name: "Paul Girard", role: "member", administrator: "org-admin", connection: "interrupted" };
const finances = { id: "o1", name: "Finances", kind: "ministry", state: "active", idpIds: [], domains: [], claims: [], createdAt: room.since };
const ministry: Appointment[] = [{ role: "org-admin", organization: "o1" }];

function open(appointments: Appointment[], rest: string, answers: Answers = {}) {
  const location = memoryLocation({ path: `/admin/live/${rest}`, record: true });
  serve({
    "GET /api/v1/live-rooms": () => json({ items: [room] }),
    "GET /api/v1/live-rooms/r1": () => json(room),
    "GET /api/v1/live-rooms/r1/people": () => json({ items: [camille, paul] }),
    "GET /api/v1/organizations/o1": () => json(finances),
    ...answers,
  });
  show(
    <Router hook={location.hook}>
      <LivePage appointments={appointments} rest={rest} />
    </Router>,
  );
  return location;
}

const confirm = async (button: string, act: string, reason: string) => {
  await userEvent.click(await screen.findByRole("button", { name: button }));
  const dialog = screen.getByRole("dialog");
  if (reason !== "") await userEvent.type(within(dialog).getByLabelText("Motif"), reason);
  await userEvent.click(within(dialog).getByRole("button", { name: act }));
};

test("the list counts who meets where, without a name", async () => {
  open(ministry, "");
  const row = await screen.findByRole("row", { name: /Budget 2027/ });
  within(row).getByText("Interrompues : 1");
  within(row).getByText("verrouillée");
  expect(within(row).getByRole("link", { name: "Budget 2027" }).getAttribute("href")).toBe("/admin/live/r1");
  expect(screen.queryByText("Camille Martin")).toBeNull();
});

test("a meeting whose connections are all open says how many of them are poor", async () => {
  open(ministry, "", { "GET /api/v1/live-rooms": () => json({ items: [{ ...room, interrupted: 0, quality: "poor" }] }) });
  const row = await screen.findByRole("row", { name: /Budget 2027/ });
  within(row).getByText("Mauvaises : 3");
});

test("one meeting counts its connections by quality", async () => {
  open([{ role: "auditor", organization: "o1" }], "r1");
  const counts = await screen.findByRole("region", { name: "Qualité des connexions" });
  const said = within(counts).getAllByRole("term").map((term) => [term.textContent, term.nextElementSibling?.textContent]);
  expect(said).toEqual([
    ["Excellente", "7"],
    ["Bonne", "5"],
    ["Mauvaise", "2"],
    ["Plus rien ne passe", "1"],
    ["Pas encore mesurée", "4"],
  ]);
});

test("where nobody meets it is said, and what is typed is asked for", async () => {
  const asked: (string | null)[] = [];
  open(ministry, "", {
    "GET /api/v1/live-rooms": (request) => {
      asked.push(new URL(request.url).searchParams.get("q"));
      return json({ items: [] });
    },
  });
  await screen.findByText("Personne ne se réunit en ce moment.");
  await userEvent.type(screen.getByRole("searchbox", { name: "Salle ou organisme" }), "bud");
  await vi.waitFor(() => {
    expect(asked).toContain("bud");
  });
  await screen.findByText("Aucune réunion en cours ne correspond.");
});

test("an auditor counts and reads no names", async () => {
  open([{ role: "auditor", organization: "o1" }], "r1");
  await screen.findByRole("heading", { name: "Budget 2027" });
  await screen.findByText("Votre rôle ne donne pas accès aux noms.");
  expect(screen.queryByText("Camille Martin")).toBeNull();
  expect(screen.queryByRole("button")).toBeNull();
});

test("support sees who is there and does nothing", async () => {
  open([{ role: "support", organization: "o1" }], "r1");
  await screen.findByText("Camille Martin");
  screen.getByText("administrateur d’organisme");
  screen.getByText("connexion interrompue");
  expect(screen.queryByRole("button")).toBeNull();
});

test("who enters says why, is told that all will know, and goes to the room", async () => {
  const sent: unknown[] = [];
  const location = open(ministry, "r1", {
    "POST /api/v1/live-rooms/r1/enter": async (request) => {
      sent.push(await request.json());
      return json({ url: "https://meet.example/abc-defg-hij", slug: "abc-defg-hij", announced: true });
    },
  });
  await confirm("Entrer dans la réunion", "Entrer dans la réunion", "");
  screen.getByText("Donnez un motif.");
  screen.getByText(/Tous les participants seront prévenus/);
  expect(sent).toEqual([]);
  const dialog = screen.getByRole("dialog");
  await userEvent.type(within(dialog).getByLabelText("Motif"), "Panne signalée");
  await userEvent.click(within(dialog).getByRole("button", { name: "Entrer dans la réunion" }));
  await vi.waitFor(() => {
    expect(location.history.at(-1)).toBe("/abc-defg-hij");
  });
  expect(sent).toEqual([{ reason: "Panne signalée" }]);
});

test("somebody who has left meanwhile is not taken out, and that is said", async () => {
  open(ministry, "r1", { "POST /api/v1/live-rooms/r1/people/a1/remove": () => problem(404, "participant-not-found") });
  await confirm("Exclure\u00a0: Camille Martin", "Exclure", "Insultes");
  expect((await screen.findByRole("alert")).textContent).toContain("déjà quitté");
});

test("ending asks for a fresh sign-in where it is due, and is over then", async () => {
  let fresh = false;
  open(ministry, "r1", {
    "POST /api/v1/live-rooms/r1/end": () => (fresh ? new Response(null, { status: 204 }) : problem(403, "elevation-required")),
  });
  await confirm("Mettre fin à la réunion", "Mettre fin à la réunion", "Il est tard");
  expect((await screen.findByRole("link", { name: "Confirmer mon identité" })).getAttribute("href")).toContain("%2Fadmin%2Flive%2Fr1");
  fresh = true;
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Mettre fin à la réunion" }));
  expect((await screen.findByRole("status")).textContent).toBe("La réunion est terminée.");
});

test("a meeting that ended is over, as one of others is", async () => {
  open(ministry, "r1", { "GET /api/v1/live-rooms/r1": () => problem(404, "room-not-found") });
  await screen.findByText("La réunion est terminée.");
});
