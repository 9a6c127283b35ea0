import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import type { Appointment } from "../roles";
import { slugIn } from "./ExplainRoom";
import { PoliciesPage } from "./PoliciesPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const entry = {
  name: "entry",
  title: "Who enters without waiting",
  kind: "choice",
  words: ["everyone", "signed-in", "organization", "members", "hosts"],
  value: "signed-in",
  source: { level: "default" },
  reason: "nobody said anything else",
  locked: false,
  overrode: [],
};
const lockedAbove = { ...entry, value: "organization", locked: true, bound: "organization", lockedBy: "Ministère X", source: { level: "organization", id: "o0", name: "Ministère X" } };
const seats = { ...entry, name: "maxParticipants", title: "People", kind: "limit", words: undefined, most: 1000, value: 0 };
const forbidden = { ...entry, name: "forbidden", title: "Forbidden", kind: "forbidden", words: ["camera", "screen"], value: [] };
const creation = { ...entry, name: "roomCreation", title: "Who makes rooms", words: ["people", "nobody"], value: "people" };
const hosts = { ...entry, name: "webhookHosts", title: "Hosts", kind: "only", words: undefined, value: ["*"] };

const policy = (effective: object[], settings: object = {}) => ({ settings, effective });
const organizations = { "GET /api/v1/organizations": () => json({ items: [{ id: "o1", name: "Finances" }] }), "GET /api/v1/organizations/o1": () => json({ id: "o1", name: "Finances" }) };
const own = "/api/v1/organizations/o1/policy";
const bureau = { id: "u1", name: "Bureau", etag: '"1"', createdAt: "2026-01-01T09:00:00Z" };
const templates = { "GET /api/v1/organizations/o1/templates": () => json({ items: [] }), "GET /api/v1/organizations/o1/units": () => json({ items: [] }) };
const admin: Appointment[] = [{ role: "platform-admin" }];
const orgAdmin: Appointment[] = [{ role: "org-admin", organization: "o1" }];

function open(rest: string, appointments: Appointment[], answers: Answers) {
  serve({ ...organizations, ...templates, ...answers });
  const location = memoryLocation({ path: `/admin/policies/${rest}`, record: true });
  show(
    <Router hook={location.hook}>
      <PoliciesPage appointments={appointments} rest={rest} />
    </Router>,
  );
  return location;
}

const decide = async (name: string) => userEvent.click(await screen.findByRole("button", { name: `Décider\u00a0: ${name}` }));
const save = () => userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));

test("who only reads decides nothing", async () => {
  open("o1", [{ role: "auditor" }], { [`GET ${own}`]: () => json(policy([entry]), 200, { ETag: '"0"' }) });
  await screen.findByText("les personnes avec un compte");
  await screen.findByText("Aucun modèle.");
  expect(screen.queryByRole("button")).toBeNull();
});

test("who administers an organization is not shown the platform's policy", async () => {
  open("", orgAdmin, {});
  expect((await screen.findByRole("link", { name: "Finances" })).getAttribute("href")).toBe("/admin/policies/o1");
  expect(screen.queryByRole("heading", { name: "Toute la plateforme" })).toBeNull();
});

test("what somebody above locked cannot be chosen, and a refusal of the server stands at the field", async () => {
  open("o1", orgAdmin, {
    [`GET ${own}`]: () => json(policy([lockedAbove]), 200, { ETag: '"1"' }),
    [`PATCH ${own}`]: () => json({ code: "policy-locked", status: 422, title: "", errors: [{ location: "body.settings.entry", message: "locked" }] }, 422),
  });
  const row = await screen.findByRole("listitem", { name: "Qui entre sans attendre" });
  within(row).getByText("Verrouillé");
  within(row).getByText("Verrouillé par Ministère X.");
  await decide("Qui entre sans attendre");
  expect(document.activeElement).toBe(within(row).getByLabelText("Valeur"));
  expect(within(row).getByRole("option", { name: "toute personne qui a le lien" })).toHaveProperty("disabled", true);
  await userEvent.selectOptions(within(row).getByLabelText("Valeur"), "les membres de la salle");
  await save();
  expect((await within(row).findByRole("alert")).textContent).toBe("Une règle ne le permet pas. La règle permet\u00a0: les agents de l’organisme de la salle. Verrouillé par Ministère X.");
  expect(within(row).getByLabelText("Valeur")).toHaveProperty("value", "members");
});

test("a number that is none is not sent", async () => {
  const fetch = serve({ "GET /api/v1/organizations/o1": () => json({ id: "o1", name: "Finances" }), ...templates, [`GET ${own}`]: () => json(policy([seats]), 200, { ETag: '"1"' }) });
  show(<PoliciesPage appointments={orgAdmin} rest="o1" />);
  await decide("Nombre maximal de participants");
  await userEvent.clear(screen.getByLabelText("Valeur"));
  await userEvent.type(screen.getByLabelText("Valeur"), "1001");
  await save();
  expect((await screen.findByRole("alert")).textContent).toBe("Indiquez un nombre entier de 0 à 1000.");
  expect(fetch.mock.calls.some(([input]) => typeof input !== "string" && input.method === "PATCH")).toBe(false);
});

test("a change that somebody else overtook is kept, and written over what was read again", async () => {
  const sent: { tag: string | null; body: unknown }[] = [];
  let etag = '"0"';
  open("o1", orgAdmin, {
    [`GET ${own}`]: () => json(policy([entry, seats]), 200, { ETag: etag }),
    [`PATCH ${own}`]: async (request) => {
      const tag = request.headers.get("If-Match");
      sent.push({ tag, body: await request.json() });
      if (tag !== '"1"') return problem(412, "version-changed");
      return json(policy([{ ...entry, value: "members", locked: true, bound: "members", lockedBy: "Finances", source: { level: "organization", id: "o1", name: "Finances" } }, seats], { entry: { value: "members", locked: true } }), 200, { ETag: '"2"' });
    },
  });
  await decide("Qui entre sans attendre");
  etag = '"1"';
  await userEvent.selectOptions(screen.getByLabelText("Valeur"), "les membres de la salle");
  await userEvent.click(screen.getByRole("checkbox", { name: /^Verrouiller/ }));
  await save();
  expect((await screen.findByRole("alert")).textContent).toContain("modifié cette politique entre-temps");
  expect(screen.getByLabelText("Valeur")).toHaveProperty("value", "members");
  await save();
  await screen.findByText("Verrouillé par Finances.");
  const body = { settings: { entry: { value: "members", locked: true } } };
  expect(sent).toEqual([
    { tag: '"0"', body },
    { tag: '"1"', body },
  ]);
});

test("loosening what is locked leads to a fresh sign-in and back", async () => {
  open("o1", orgAdmin, {
    [`GET ${own}`]: () => json(policy([entry, seats]), 200, { ETag: '"1"' }),
    [`PATCH ${own}`]: () => problem(403, "elevation-required"),
  });
  await decide("Qui entre sans attendre");
  await save();
  expect((await screen.findByRole("link", { name: "Confirmer mon identité" })).getAttribute("href")).toMatch(/^\/auth\/login\?elevate=1&returnTo=/);
});

test("the platform's decision is taken back by its null, and lists are sent as lists", async () => {
  const sent: unknown[] = [];
  const path = "/api/v1/policies/platform";
  open("", admin, {
    [`GET ${path}`]: () => json(policy([forbidden, hosts, creation], { roomCreation: { value: "people", locked: false } }), 200, { ETag: '"4"' }),
    [`PATCH ${path}`]: async (request) => {
      sent.push(await request.json());
      return json(policy([forbidden, hosts, creation], { roomCreation: { value: "people", locked: false } }), 200, { ETag: '"5"' });
    },
  });
  await decide("Interdit à qui n’anime pas");
  await userEvent.click(screen.getByRole("checkbox", { name: "partage d’écran" }));
  await save();
  await decide("Serveurs qui reçoivent les webhooks");
  await userEvent.clear(screen.getByLabelText("Valeur"));
  await userEvent.type(screen.getByLabelText("Valeur"), "*.interieur.example");
  await save();
  await decide("Qui crée des salles");
  await userEvent.click(screen.getByRole("button", { name: "Ne plus en décider ici" }));
  await vi.waitFor(() => {
    expect(sent).toEqual([
      { settings: { forbidden: { value: ["screen"], locked: false } } },
      { settings: { webhookHosts: { value: ["*.interieur.example"], locked: false } } },
      { settings: { roomCreation: null } },
    ]);
  });
});

test("a room is explained by its address, and a wrong address is said", async () => {
  open("", orgAdmin, {
    "GET /api/v1/rooms/abc-defg-hij/effective-policy": () => json({ settings: [{ ...lockedAbove, overrode: [{ source: { level: "room", name: "Cabinet" }, value: "everyone" }] }] }),
  });
  const field = screen.getByLabelText("Lien de la salle");
  await userEvent.type(field, "Cabinet");
  await userEvent.click(screen.getByRole("button", { name: "Expliquer" }));
  expect((await screen.findByRole("alert")).textContent).toContain("abc-defg-hij");
  await userEvent.clear(field);
  await userEvent.type(field, "https://parvis.example/abc-defg-hij#i=x");
  await userEvent.click(screen.getByRole("button", { name: "Expliquer" }));
  await screen.findByText("Verrouillé par Ministère X.");
  screen.getByText(/Ne compte pas\s: toute personne qui a le lien\. Choisi dans la salle\./);
  expect(slugIn("abc-defg-hijk")).toBeUndefined();
  expect(slugIn("abc-defg-hij")).toBe("abc-defg-hij");
});

test("a template is made, and its page decides for it alone", async () => {
  const sent: { tag: string | null; body: unknown }[] = [];
  const template = { id: "t1", name: "Audiences", organization: "o1", prefix: "Audience", settings: {}, createdAt: "2026-11-20T09:00:00Z", updatedAt: "2026-11-20T09:00:00Z" };
  const location = open("o1", orgAdmin, {
    [`GET ${own}`]: () => json(policy([entry]), 200, { ETag: '"0"' }),
    "POST /api/v1/organizations/o1/templates": async (request) => {
      sent.push({ tag: null, body: await request.json() });
      return json(template, 201, { ETag: '"1"' });
    },
  });
  const form = await screen.findByRole("form", { name: "Créer un modèle" });
  await userEvent.click(within(form).getByRole("button"));
  expect((await within(form).findByRole("alert")).textContent).toContain("60");
  await userEvent.type(within(form).getByLabelText("Nom du modèle"), "Audiences");
  await userEvent.type(within(form).getByLabelText("Avant le nom des salles"), "Audience");
  await userEvent.click(within(form).getByRole("button"));
  await vi.waitFor(() => {
    expect(location.history.at(-1)).toBe("/admin/policies/o1/templates/t1");
  });
  expect(sent).toEqual([{ tag: null, body: { name: "Audiences", prefix: "Audience" } }]);
});

test("what a template decides is written with its version, and it is deleted after a question", async () => {
  const sent: unknown[] = [];
  const template = { id: "t1", name: "Audiences", organization: "o1", prefix: "", settings: {}, createdAt: "2026-11-20T09:00:00Z", updatedAt: "2026-11-20T09:00:00Z" };
  const location = open("o1/templates/t1", orgAdmin, {
    [`GET ${own}`]: () => json(policy([creation, entry]), 200, { ETag: '"0"' }),
    "GET /api/v1/templates/t1": () => json(template, 200, { ETag: '"3"' }),
    "PATCH /api/v1/templates/t1": async (request) => {
      sent.push(request.headers.get("If-Match"), await request.json());
      return json({ ...template, settings: { entry: { value: "hosts", locked: true } } }, 200, { ETag: '"4"' });
    },
    "DELETE /api/v1/templates/t1": (request) => {
      sent.push(request.headers.get("If-Match"));
      return json(null, 204);
    },
  });
  await decide("Qui entre sans attendre");
  expect(screen.queryByRole("listitem", { name: "Qui crée des salles" })).toBeNull();
  const row = screen.getByRole("listitem", { name: "Qui entre sans attendre" });
  await userEvent.selectOptions(within(row).getByLabelText("Valeur"), "les personnes qui animent");
  await userEvent.click(within(row).getByRole("checkbox", { name: /^Verrouiller/ }));
  await userEvent.click(within(row).getByRole("button", { name: "Enregistrer" }));
  await within(row).findByText("Verrouillé par Audiences.");
  await userEvent.click(screen.getByRole("button", { name: "Supprimer le modèle" }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Supprimer le modèle" }));
  await vi.waitFor(() => {
    expect(location.history.at(-1)).toBe("/admin/policies/o1");
  });
  expect(sent).toEqual(['"3"', { settings: { entry: { value: "hosts", locked: true } } }, '"4"']);
});

test("one comes from an organization to its units, and decides there below what is locked", async () => {
  const units = { "GET /api/v1/organizations/o1/units": () => json({ items: [bureau] }) };
  open("o1", orgAdmin, { ...units, [`GET ${own}`]: () => json(policy([entry]), 200, { ETag: '"1"' }) });
  expect((await screen.findByRole("link", { name: "Bureau" })).getAttribute("href")).toBe("/admin/policies/o1/units/u1");
});

test("what is decided for a unit goes to its own policy", async () => {
  const sent: unknown[] = [];
  const ofUnit = "/api/v1/organizations/o1/units/u1/policy";
  open("o1/units/u1", orgAdmin, {
    "GET /api/v1/organizations/o1/units": () => json({ items: [bureau] }),
    [`GET ${ofUnit}`]: () => json({ ...policy([entry]), organization: "o1", unit: "u1" }, 200, { ETag: '"0"' }),
    [`PATCH ${ofUnit}`]: async (request) => {
      sent.push([request.headers.get("If-Match"), await request.json()]);
      return json(policy([entry]), 200, { ETag: '"1"' });
    },
  });
  await screen.findByRole("heading", { name: "Bureau" });
  await decide("Qui entre sans attendre");
  await userEvent.selectOptions(screen.getByLabelText("Valeur"), "les membres de la salle");
  await save();
  await vi.waitFor(() => {
    expect(sent).toEqual([['"0"', { settings: { entry: { value: "members", locked: false } } }]]);
  });
});

test("a room has a policy of its own, and a unit to which it is put", async () => {
  const placed: unknown[] = [];
  open("rooms/abc-defg-hij", orgAdmin, {
    "GET /api/v1/organizations/o1/units": () => json({ items: [bureau] }),
    "GET /api/v1/rooms/abc-defg-hij/policy": () => json({ ...policy([entry]), organization: "o1" }, 200, { ETag: '"0"' }),
    "PUT /api/v1/rooms/abc-defg-hij/unit": async (request) => {
      placed.push(await request.json());
      return new Response(null, { status: 204 });
    },
  });
  await userEvent.selectOptions(await screen.findByLabelText("Service de la salle"), "Bureau");
  await vi.waitFor(() => {
    expect(placed).toEqual([{ unit: "u1" }]);
  });
});

test("who shows rooms in a frame is written as addresses, and of recording it is said that there is none yet", async () => {
  const sent: unknown[] = [];
  const embedding = { ...hosts, name: "embedding", title: "Origins", value: [] };
  const recording = { ...entry, name: "recording", title: "Recording", words: ["allowed", "off"], value: "off" };
  open("o1", orgAdmin, {
    [`GET ${own}`]: () => json(policy([recording, embedding]), 200, { ETag: '"0"' }),
    [`PATCH ${own}`]: async (request) => {
      sent.push(await request.json());
      return json(policy([recording, { ...embedding, value: ["https://intranet.exemple.gouv.fr"] }]), 200, { ETag: '"1"' });
    },
  });
  const row = await screen.findByRole("listitem", { name: "Enregistrement" });
  within(row).getByText("désactivé");
  within(row).getByText(/Cette version n’enregistre rien/);
  const pages = screen.getByRole("listitem", { name: "Pages qui affichent la salle dans un cadre" });
  within(pages).getByText("nulle part");
  await decide("Pages qui affichent la salle dans un cadre");
  within(pages).getByText(/Une adresse par ligne/);
  await userEvent.type(within(pages).getByLabelText("Valeur"), "https://intranet.exemple.gouv.fr");
  await save();
  await within(pages).findByText("https://intranet.exemple.gouv.fr");
  expect(sent).toEqual([{ settings: { embedding: { value: ["https://intranet.exemple.gouv.fr"], locked: false } } }]);
});
