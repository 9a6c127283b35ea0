import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import i18next from "i18next";
import { afterEach, expect, test, vi } from "vitest";
import { config, json, problem, room, serve, show } from "../../../test/render";
import { clockSince, lengthOf } from "../../../ui/time";
import { AttendancePage } from "./AttendancePage";
import { HistorySection } from "./HistorySection";

afterEach(async () => {
  vi.unstubAllGlobals();
  await i18next.changeLanguage("fr");
});

const path = "/api/v1/rooms/abc-defg-hij";
const sid = "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58";
const far = "2099-01-01T09:00:00Z";
const past = { id: sid, startedAt: "2026-01-05T09:00:00Z", endedAt: "2026-01-05T10:05:00Z", participants: 12, peak: 11, expiresAt: far };
const running = { id: "0198a5c2-7d41-7a93-8e02-000000000002", startedAt: "2026-01-06T09:00:00Z", participants: 1, peak: 1 };
const base = { "GET /api/v1/config": () => json(config), [`GET ${path}`]: () => json(room) };

const person = {
  name: "Jeanne Morel",
  kind: "person",
  organization: "Intérieur",
  assurance: "agent",
  role: "owner",
  door: "host",
  firstJoinedAt: "2026-01-05T09:00:00Z",
  lastLeftAt: "2026-01-05T10:05:00Z",
  present: false,
  seconds: 3900,
  intervals: [{ joinedAt: "2026-01-05T09:00:00Z", leftAt: "2026-01-05T10:05:00Z" }],
};
// Units and signs keep to their word by spaces that do not break.
const plain = (text: string | null | undefined) => (text ?? "").replace(/[\u00a0\u202f]/g, " ");

const list = { session: past, participants: [person], acts: [] as object[], expiresAt: far };

test("sessions stand latest first, with how long, how many and the way to the names", async () => {
  serve({ ...base, [`GET ${path}/sessions`]: () => json({ items: [running, past] }) });
  show(<HistorySection slug="abc-defg-hij" />);
  const rows = await screen.findAllByRole("listitem");
  expect(rows).toHaveLength(2);
  expect(rows[0]?.textContent).toContain("En cours");
  expect(rows[0]?.textContent).toContain("1 personne");
  expect(plain(rows[1]?.textContent)).toContain("1 h 5 min");
  expect(rows[1]?.textContent).toContain("12 personnes · 11 en même temps au plus");
  expect(within(rows[1] as HTMLElement).getByRole("link", { name: /Présences du 5 janvier 2026/ }).getAttribute("href")).toBe(`/rooms/abc-defg-hij/sessions/${sid}`);
});

test("of a session whose names have gone the count stays, and nothing leads to them", async () => {
  serve({ ...base, [`GET ${path}/sessions`]: () => json({ items: [{ ...past, expiresAt: "2026-02-01T09:00:00Z" }] }) });
  show(<HistorySection slug="abc-defg-hij" />);
  expect(await screen.findByText("Les noms ne sont plus conservés.")).toBeDefined();
  expect(screen.getByText(/12 personnes/)).toBeDefined();
  expect(screen.queryByRole("link")).toBeNull();
});

test("a room without a past says so, a refusal too", async () => {
  serve({ ...base, [`GET ${path}/sessions`]: () => json({ items: [] }) });
  const { unmount } = show(<HistorySection slug="abc-defg-hij" />);
  expect(await screen.findByText("Aucune réunion n’a encore eu lieu dans cette salle.")).toBeDefined();
  unmount();
  serve({ ...base, [`GET ${path}/sessions`]: () => problem(403, "forbidden") });
  show(<HistorySection slug="abc-defg-hij" />);
  expect((await screen.findByRole("alert")).textContent).toContain("Vous n’avez pas le droit");
});

test("more sessions come on request", async () => {
  serve({
    ...base,
    [`GET ${path}/sessions`]: (request) => json(new URL(request.url).searchParams.get("cursor") === "c1" ? { items: [past] } : { items: [running], next: "c1" }),
  });
  show(<HistorySection slug="abc-defg-hij" />);
  await userEvent.click(await screen.findByRole("button", { name: "Afficher la suite" }));
  expect(await screen.findByText(/12 personnes/)).toBeDefined();
  expect(screen.queryByRole("button", { name: "Afficher la suite" })).toBeNull();
});

const attendance = (answer: () => Response) => {
  serve({ ...base, [`GET ${path}/sessions/${sid}/attendance`]: answer });
  return show(<AttendancePage slug="abc-defg-hij" session={sid} />);
};

test("an expired list says so, and offers no file", async () => {
  attendance(() => problem(410, "attendance-expired"));
  expect((await screen.findByRole("alert")).textContent).toContain("La liste de présence n’est plus conservée.");
  expect(screen.queryByRole("link", { name: /CSV/ })).toBeNull();
});

test("who is signed out is led to the sign-in and back", async () => {
  attendance(() => problem(401, "sign-in-required"));
  const link = await screen.findByRole("link", { name: "Se connecter" });
  expect(decodeURIComponent(link.getAttribute("href") ?? "")).toContain(`/rooms/abc-defg-hij/sessions/${sid}`);
});

test("each person is a row that a screen reader can read by its column", async () => {
  const guest = {
    ...person,
    name: "Guy",
    kind: "guest",
    organization: "",
    assurance: "email",
    role: "member",
    door: "lobby",
    email: "guy@example.org",
    seconds: 45,
    intervals: [
      { joinedAt: "2026-01-05T09:00:00Z", leftAt: "2026-01-05T09:00:15Z" },
      { joinedAt: "2026-01-05T10:04:30Z", leftAt: "2026-01-05T10:05:00Z" },
    ],
  };
  attendance(() => json({ ...list, participants: [person, guest] }));
  const table = await screen.findByRole("table", { name: "2 personnes" });
  expect(within(table).getAllByRole("columnheader").map((head) => head.textContent)).toEqual([
    "Nom",
    "Organisation",
    "Identité",
    "Rôle",
    "Arrivée",
    "Départ",
    "Durée de présence",
  ]);
  const jeanne = within(table).getByRole("row", { name: /Jeanne Morel/ });
  expect(jeanne.textContent).toContain("Intérieur");
  expect(jeanne.textContent).toContain("Organise");
  expect(plain(jeanne.textContent)).toContain("1 h 5 min");
  const guy = within(table).getByRole("row", { name: /Guy/ });
  expect(guy.textContent).toContain("Invité");
  expect(guy.textContent).toContain("guy@example.org");
  expect(guy.textContent).toContain("passage par la salle d’attente");
  expect(within(guy).getByRole("list", { name: "Passages" }).children).toHaveLength(2);
  expect(screen.getByText(/Les noms sont conservés jusqu’au 1er janvier 2099/)).toBeDefined();
});

test("the files are plain links that keep a name", async () => {
  attendance(() => json(list));
  const csv = await screen.findByRole("link", { name: "Télécharger en CSV" });
  expect(csv.getAttribute("href")).toBe(`${path}/sessions/${sid}/attendance?format=csv`);
  expect(csv.getAttribute("download")).toBe("attendance-abc-defg-hij-2026-01-05.csv");
  expect(screen.getByRole("link", { name: "Télécharger en JSON" }).getAttribute("href")).toBe(`${path}/sessions/${sid}/attendance?format=json`);
});

test("a running session shows who is there, and is read anew on request", async () => {
  let there = 1;
  attendance(() =>
    json({ session: { ...running, id: sid }, participants: Array.from({ length: there }, (_, i) => ({ ...person, name: `P${String(i)}`, lastLeftAt: undefined, present: true })), acts: [] }),
  );
  expect(await screen.findByText("En réunion")).toBeDefined();
  expect(screen.getByText(/la liste change encore/)).toBeDefined();
  there = 2;
  await userEvent.click(screen.getByRole("button", { name: "Actualiser" }));
  expect(await screen.findByRole("table", { name: "2 personnes" })).toBeDefined();
});

test("what hosts did is told in words, oldest first, in both languages; an act of a later version by its own name", async () => {
  const at = "2026-01-05T09:10:00Z";
  const acts = [
    { at, actor: "Jeanne", act: "mute", target: "Guy" },
    { at, actor: "Jeanne", act: "mute-all" },
    { at, actor: "Jeanne", act: "permissions", target: "Guy", forbidden: ["chat", "camera"] },
    { at, actor: "Jeanne", act: "permissions", target: "Guy", forbidden: [], allowed: [] },
    { at, actor: "Jeanne", act: "permissions", target: "Guy", forbidden: ["camera"], allowed: ["microphone", "chat"] },
    { at, actor: "Jeanne", act: "permissions-for-all", forbidden: ["screen"] },
    { at, actor: "Jeanne", act: "permissions-for-all", forbidden: [] },
    { at, actor: "Jeanne", act: "role", target: "Guy", role: "moderator" },
    { at, actor: "Jeanne", act: "admit", target: "Guy" },
    { at, actor: "Jeanne", act: "lock" },
    { at, actor: "Jeanne", act: "levitate", target: "Guy" },
    { at, actor: "Jeanne", act: "end" },
  ];
  const { unmount } = attendance(() => json({ ...list, acts }));
  const told = async (name: string) => {
    const items = within(await screen.findByRole("list", { name })).getAllByRole("listitem");
    return items.map((item) => item.lastElementChild?.textContent);
  };
  expect(await told("Décisions d’animation")).toEqual([
    "Jeanne a coupé le micro de Guy",
    "Jeanne a coupé tous les micros",
    "Jeanne a limité ce que peut utiliser Guy. Interdit désormais\u00a0: la caméra et les messages",
    "Jeanne a annulé ce qui était décidé pour Guy seulement",
    "Jeanne a limité ce que peut utiliser Guy. Interdit désormais : la caméra. Jeanne a autorisé à Guy ce qui est interdit aux autres : le micro et les messages",
    "Jeanne a limité ce que peuvent utiliser les personnes qui n’animent pas. Interdit désormais\u00a0: le partage d’écran",
    "Jeanne a levé toutes les interdictions des personnes qui n’animent pas",
    "Jeanne a confié l’animation à Guy",
    "Jeanne a fait entrer Guy",
    "Jeanne a verrouillé la salle",
    "Jeanne\u00a0: levitate (Guy)",
    "Jeanne a mis fin à la réunion",
  ]);
  unmount();
  await i18next.changeLanguage("en");
  attendance(() => json({ ...list, acts: acts.slice(0, 3) }));
  expect(await told("Decisions of the hosts")).toEqual([
    "Jeanne muted Guy",
    "Jeanne muted everybody",
    "Jeanne limited what Guy may use. Forbidden from then on: the camera and the chat",
  ]);
});

test("a decision about permissions is told by what it took and gave, never as its opposite", async () => {
  const at = "2026-01-05T09:10:00Z";
  const one = { at, actor: "Jeanne", act: "permissions", target: "Guy", forbidden: [], allowed: [], forbade: [], permitted: [] };
  const all = { at, actor: "Jeanne", act: "permissions-for-all", forbidden: ["chat"], forbade: [], permitted: [] };
  const acts = [
    { ...one, forbade: ["microphone"] },
    { ...one, allowed: ["microphone"], permitted: ["microphone"] },
    { ...one, forbidden: ["camera"], permitted: ["chat"] },
    { ...one, forbidden: ["camera", "chat"], forbade: ["chat"], allowed: ["microphone"] },
    one,
    { ...all, forbade: ["chat"], permitted: ["screen"] },
    { ...all, permitted: ["screen"] },
  ];
  const { unmount } = attendance(() => json({ ...list, acts }));
  const told = async (name: string) => {
    const items = within(await screen.findByRole("list", { name })).getAllByRole("listitem");
    return items.map((item) => item.lastElementChild?.textContent);
  };
  expect(await told("Décisions d’animation")).toEqual([
    "Jeanne a limité ce que peut utiliser Guy. Interdit désormais : le micro",
    "Jeanne a autorisé à Guy ce qui est interdit aux autres : le micro",
    "Jeanne a de nouveau autorisé à Guy : les messages",
    "Jeanne a limité ce que peut utiliser Guy. Interdit désormais : les messages",
    "Jeanne a annulé ce qui était décidé pour Guy seulement",
    "Jeanne a limité ce que peuvent utiliser les personnes qui n’animent pas. Interdit désormais : les messages. Jeanne a de nouveau autorisé aux personnes qui n’animent pas : le partage d’écran",
    "Jeanne a de nouveau autorisé aux personnes qui n’animent pas : le partage d’écran",
  ]);
  unmount();
  await i18next.changeLanguage("en");
  attendance(() => json({ ...list, acts: [acts[0], acts[2], one] }));
  expect(await told("Decisions of the hosts")).toEqual([
    "Jeanne limited what Guy may use. Forbidden from then on: the microphone",
    "Jeanne allowed Guy again: the chat",
    "Jeanne took back what was decided about Guy alone",
  ]);
});

test.each([
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [3599, "59 min"],
  [3600, "1 h"],
  [7500, "2 h 5 min"],
])("%i seconds are said %s", (seconds, said) => {
  expect(plain(lengthOf(seconds, "fr"))).toBe(said);
});

test("a time on another day says which", () => {
  expect(clockSince("2026-01-05T12:05:00", "2026-01-05T11:00:00", "fr")).toBe("12:05");
  expect(clockSince("2026-01-06T12:05:00", "2026-01-05T11:00:00", "fr")).toContain("6 janvier 2026");
});
