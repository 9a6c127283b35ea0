import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { config, json, problem, room, serve, show } from "../../test/render";
import { changeOf, draftOf, tagsOf, wrongIn } from "./draft";
import { limitsChange, limitsDraftOf, wrongLimits } from "./limits";
import { RoomSettingsPage } from "./RoomSettingsPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const path = "/api/v1/rooms/abc-defg-hij";
const base = { "GET /api/v1/config": () => json(config), [`GET ${path}/blocks`]: () => json({ items: [] }), [`GET ${path}/members`]: () => json({ items: [] }), [`GET ${path}/sessions`]: () => json({ items: [] }) };
const page = () => show(<RoomSettingsPage slug="abc-defg-hij" />);

test("somebody without a role learns nothing of the room", async () => {
  serve({ ...base, [`GET ${path}`]: () => json({ slug: room.slug, url: room.url, door: { state: "sign-in-required" } }) });
  page();
  expect(await screen.findByRole("link", { name: "Se connecter" })).toBeDefined();
  expect(screen.queryByLabelText("Nom")).toBeNull();
});

test("a member reads and cannot change", async () => {
  serve({ ...base, [`GET ${path}`]: () => json({ ...room, role: "member", lastingRole: "member" }) });
  page();
  expect(await screen.findByLabelText("Nom")).toHaveProperty("disabled", true);
  expect(screen.queryByRole("button", { name: "Enregistrer" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Archiver la salle" })).toBeNull();
});

test("what breaks the bounds is not sent", async () => {
  const fetch = serve({ ...base, [`GET ${path}`]: () => json(room, 200, { ETag: '"1"' }) });
  page();
  await userEvent.clear(await screen.findByLabelText("Nom"));
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect(screen.getByRole("alert").textContent).toContain("120");
  expect(fetch.mock.calls.some(([input]) => typeof input !== "string" && input.method === "PATCH")).toBe(false);
});

test("a conflict keeps what was written and writes it over the newer version on request", async () => {
  const sent: { tag: string | null; body: unknown }[] = [];
  let etag = '"1"';
  let present = room;
  serve({
    ...base,
    [`GET ${path}`]: () => json(present, 200, { ETag: etag }),
    [`PATCH ${path}`]: async (request) => {
      const tag = request.headers.get("If-Match");
      sent.push({ tag, body: await request.json() });
      if (tag !== '"2"') return problem(412, "version-changed");
      present = { ...present, name: "Cabinet du matin" };
      etag = '"3"';
      return json(present, 200, { ETag: etag });
    },
  });
  page();
  const name = await screen.findByLabelText("Nom");
  etag = '"2"';
  present = { ...room, description: "Changée par Amine" };
  await userEvent.type(name, " du matin");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect((await screen.findByRole("alert")).textContent).toContain("La salle a changé entre-temps");
  expect(name).toHaveProperty("value", "Cabinet du matin");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer mes changements" }));
  expect(await screen.findByText("Réglages enregistrés")).toBeDefined();
  expect(sent).toEqual([
    { tag: '"1"', body: { name: "Cabinet du matin" } },
    { tag: '"2"', body: { name: "Cabinet du matin" } },
  ]);
  expect(screen.getByLabelText("Description")).toHaveProperty("value", "Changée par Amine");
});

test("the proof of identity is chosen in words and sent alone", async () => {
  let sent: unknown;
  serve({
    ...base,
    [`GET ${path}`]: () => json({ ...room, minAssurance: "agent" }, 200, { ETag: '"1"' }),
    [`PATCH ${path}`]: async (request) => {
      sent = await request.json();
      return json({ ...room, minAssurance: "agent-mfa" }, 200, { ETag: '"2"' });
    },
  });
  page();
  const choice = await screen.findByLabelText("Identité exigée à l’entrée");
  expect(choice).toHaveProperty("value", "agent");
  await userEvent.selectOptions(choice, "Agent, avec second facteur");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect(await screen.findByText("Réglages enregistrés")).toBeDefined();
  expect(sent).toEqual({ minAssurance: "agent-mfa" });
});

test("archiving asks first and sends the version", async () => {
  let tag: string | null = null;
  serve({
    ...base,
    [`GET ${path}`]: () => json(tag === null ? room : { ...room, archivedAt: "2026-01-02T09:00:00Z" }, 200, { ETag: '"1"' }),
    [`DELETE ${path}`]: (request) => {
      tag = request.headers.get("If-Match");
      return json(null, 204);
    },
  });
  page();
  await userEvent.click(await screen.findByRole("button", { name: "Archiver la salle" }));
  expect(tag).toBeNull();
  const dialog = screen.getByRole("dialog");
  await userEvent.click([...dialog.querySelectorAll("button")].find((b) => b.textContent === "Archiver la salle") as HTMLElement);
  expect(await screen.findByRole("button", { name: "Restaurer la salle" })).toBeDefined();
  expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1 }));
  expect(tag).toBe('"1"');
});

test("only what differs is sent", () => {
  const draft = draftOf({ ...room, language: "fr", entry: "signed-in", role: "owner", lastingRole: "owner", minAssurance: "unknown", door: { state: "open" } });
  const read = { ...room, language: "fr", entry: "signed-in", role: "owner", lastingRole: "owner", minAssurance: "unknown", door: { state: "open" } } as const;
  expect(changeOf({ ...read, tags: [...read.tags] }, draft)).toEqual({});
  expect(changeOf({ ...read, tags: [...read.tags] }, { ...draft, tags: "suivi, presse,", entry: "everyone" })).toEqual({
    tags: ["suivi", "presse"],
    entry: "everyone",
  });
});

test("bounds count characters as people do", () => {
  const draft = { name: "é".repeat(120), description: "", language: "fr" as const, tags: "", entry: "members" as const, minAssurance: "unknown" as const, forbidden: [], ...limitsDraftOf({}) };
  expect(wrongIn(draft)).toEqual({});
  expect(wrongIn({ ...draft, name: "👍".repeat(121) })).toEqual({ name: true });
  expect(wrongIn({ ...draft, tags: Array.from({ length: 11 }, (_, i) => `t${String(i)}`).join(",") })).toEqual({ tags: true });
  expect(tagsOf(" a, ,a ,b")).toEqual(["a", "b"]);
});

test("what people who do not host may do is saved with the other settings, and alone", async () => {
  let sent: unknown;
  serve({
    ...base,
    [`GET ${path}`]: () => json({ ...room, forbidden: ["screen"] }, 200, { ETag: '"1"' }),
    [`PATCH ${path}`]: async (request) => {
      sent = await request.json();
      return json(room);
    },
  });
  page();
  expect(await screen.findByLabelText("Partage d’écran")).toHaveProperty("checked", false);
  await userEvent.click(screen.getByLabelText("Messages"));
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect(await screen.findByText("Réglages enregistrés")).toBeDefined();
  expect(sent).toEqual({ forbidden: ["screen", "chat"] });
});

test("a member does not see who is blocked", async () => {
  serve({ ...base, [`GET ${path}`]: () => json({ ...room, role: "member", lastingRole: "member" }) });
  page();
  await screen.findByLabelText("Nom");
  expect(screen.queryByRole("heading", { name: "Personnes bloquées" })).toBeNull();
});

test("a moderator unblocks; the line goes and the focus stays with the list", async () => {
  const blocks = [{ id: "b1", name: "Guy", kind: "guest", blockedAt: "2026-01-02T09:00:00Z", blockedBy: "Amine" }];
  serve({
    ...base,
    [`GET ${path}`]: () => json({ ...room, role: "moderator", lastingRole: "moderator" }),
    [`GET ${path}/blocks`]: () => json({ items: blocks }),
    [`DELETE ${path}/blocks/b1`]: () => {
      blocks.pop();
      return json(null, 204);
    },
  });
  page();
  expect(await screen.findByText("Bloqué par Amine le 2 janvier 2026")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Débloquer Guy" }));
  expect(await screen.findByText("Personne n’est bloqué.")).toBeDefined();
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Personnes bloquées" }));
});

test("an unblocking that is refused says so, and the line stays", async () => {
  serve({
    ...base,
    [`GET ${path}`]: () => json(room),
    [`GET ${path}/blocks`]: () => json({ items: [{ id: "b1", name: "Guy", kind: "person", blockedAt: "2026-01-02T09:00:00Z", blockedBy: "" }] }),
    [`DELETE ${path}/blocks/b1`]: () => problem(403, "forbidden"),
  });
  page();
  await userEvent.click(await screen.findByRole("button", { name: "Débloquer Guy" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Vous n’avez pas le droit");
  expect(screen.getByText("Bloqué le 2 janvier 2026")).toBeDefined();
});

test("who enters, when, how many and for how long is saved as numbers, empty for no limit", async () => {
  let sent: unknown;
  const limits = { opensWithHost: false, maxParticipants: 0, maxMinutes: 90, closeEmptyAfter: 0, linkExpiresAt: "2026-06-01T10:00:30Z" };
  serve({
    ...base,
    [`GET ${path}`]: () => json({ ...room, ...limits }, 200, { ETag: '"1"' }),
    [`PATCH ${path}`]: async (request) => {
      sent = await request.json();
      return json(room);
    },
  });
  page();
  expect(await screen.findByRole("heading", { name: "Accès et limites" })).toBeDefined();
  const most = screen.getByLabelText("Nombre maximal de participants");
  expect(most).toHaveProperty("value", "");
  expect(screen.getByLabelText(/^Durée maximale/)).toHaveProperty("value", "90");
  await userEvent.type(most, "1001");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect(screen.getByRole("alert").textContent).toContain("1000");
  expect(sent).toBeUndefined();
  await userEvent.clear(most);
  await userEvent.type(most, "25");
  await userEvent.clear(screen.getByLabelText(/^Durée maximale/));
  await userEvent.click(screen.getByLabelText("N’ouvrir qu’en présence d’une personne qui anime"));
  await userEvent.click(screen.getByLabelText("Fermer le micro des personnes qui entrent"));
  await userEvent.clear(screen.getByLabelText(/^Le lien cesse/));
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect(await screen.findByText("Réglages enregistrés")).toBeDefined();
  expect(sent).toEqual({ opensWithHost: true, muteOnEntry: true, maxParticipants: 25, maxMinutes: 0, linkExpiresAt: null });
});

test("a date is shown in the reader's own time and sent as one of the world, only when it was changed", () => {
  const before = limitsDraftOf({ linkExpiresAt: "2026-06-01T10:00:30Z" });
  expect(new Date(before.linkExpiresAt).toISOString()).toBe("2026-06-01T10:00:00.000Z");
  expect(limitsChange(before, { ...before })).toEqual({});
  const later = limitsDraftOf({ linkExpiresAt: "2026-06-02T08:15:00Z" });
  expect(limitsChange(before, later)).toEqual({ linkExpiresAt: "2026-06-02T08:15:00.000Z" });
  expect(limitsChange(before, { ...before, maxMinutes: "  " })).toEqual({});
});

test("a link that would end in the past is told of before it is saved, and may be meant", async () => {
  serve({ ...base, [`GET ${path}`]: () => json(room, 200, { ETag: '"1"' }) });
  page();
  const field = await screen.findByLabelText(/^Le lien cesse/);
  fireEvent.change(field, { target: { value: "2099-01-01T10:00" } });
  expect(screen.queryByText(/Ce moment est passé/)).toBeNull();
  fireEvent.change(field, { target: { value: "2020-01-01T10:00" } });
  expect(screen.getByText(/Ce moment est passé/).getAttribute("role")).toBe("status");
  expect(wrongLimits({ ...limitsDraftOf({}), linkExpiresAt: "2020-01-01T10:00" })).toEqual({});
});

test.each(["0", "-1", "1.5", "1e2", "many", "1441"])("%s is no number of minutes", (maxMinutes) => {
  expect(wrongLimits({ ...limitsDraftOf({}), maxMinutes })).toEqual({ maxMinutes: true });
});

test.each(["0", "", "-1", "1.5", "3651", "for ever"])("names are not kept for %j days", (attendanceDays) => {
  expect(wrongLimits({ ...limitsDraftOf({}), attendanceDays })).toEqual({ attendanceDays: true });
});

test("how long names are kept is saved alone", async () => {
  let sent: unknown;
  serve({
    ...base,
    [`GET ${path}`]: () => json({ ...room, attendanceDays: 90 }, 200, { ETag: '"1"' }),
    [`PATCH ${path}`]: async (request) => {
      sent = await request.json();
      return json(room);
    },
  });
  page();
  const days = await screen.findByLabelText("Conserver les listes de présence, en jours");
  expect(days).toHaveProperty("value", "90");
  await userEvent.clear(days);
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect(screen.getByRole("alert").textContent).toContain("3650");
  await userEvent.type(days, "30");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect(await screen.findByText("Réglages enregistrés")).toBeDefined();
  expect(sent).toEqual({ attendanceDays: 30 });
});

test("a member does not see what happened; a moderator does", async () => {
  serve({ ...base, [`GET ${path}`]: () => json({ ...room, role: "member", lastingRole: "member" }) });
  const { unmount } = page();
  await screen.findByLabelText("Nom");
  expect(screen.queryByRole("heading", { name: "Réunions passées et en cours" })).toBeNull();
  unmount();
  serve({ ...base, [`GET ${path}`]: () => json({ ...room, role: "moderator", lastingRole: "moderator" }) });
  page();
  expect(await screen.findByRole("heading", { name: "Réunions passées et en cours" })).toBeDefined();
});
