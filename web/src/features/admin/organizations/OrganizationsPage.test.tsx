import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import type { Appointment } from "../roles";
import { OrganizationsPage } from "./OrganizationsPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const finances = {
  id: "o1",
  name: "Ministère des Finances",
  kind: "ministry",
  state: "active",
  contact: "dsi@finances.example",
  siret: "11001401600015",
  idpIds: [],
  domains: ["finances.example"],
  claims: [{ claim: "organizational_unit", value: "numerique" }],
  createdAt: "2026-01-01T09:00:00Z",
};
const agency = { ...finances, id: "o2", name: "Agence du numérique", kind: "agency", parent: "o1", siret: undefined, domains: [], claims: [] };
const waiting = { ...agency, id: "o3", name: "Nouvelle agence", parent: undefined, state: "pending" };
const of = (organization: object, etag = '"1"') => json(organization, 200, { ETag: etag });

const reader: Appointment[] = [{ role: "auditor" }];
const platform: Appointment[] = [{ role: "platform-admin" }];
const ofFinances: Appointment[] = [{ role: "org-admin", organization: "o1" }];

function open(rest: string, appointments: Appointment[], answers: Answers) {
  const asked = serve(answers);
  const location = memoryLocation({ path: `/admin/organizations/${rest}`, record: true });
  show(
    <Router hook={location.hook}>
      <OrganizationsPage appointments={appointments} rest={rest} />
    </Router>,
  );
  return { asked, location };
}

test("who only reads is offered no organization to make, to change or to accept", async () => {
  open("o3", reader, { "GET /api/v1/organizations/o3": () => of(waiting) });
  await screen.findByRole("heading", { name: "Nouvelle agence" });
  screen.getByText("en attente");
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.queryByRole("textbox")).toBeNull();
});

test("who only reads sees the rules and what they mean, and no button", async () => {
  open("o1/rules", reader, { "GET /api/v1/organizations/o1": () => of(finances) });
  await screen.findByText("11001401600015");
  screen.getByText("finances.example");
  screen.getByText("Le service est numerique");
  screen.getByText(/est exactement celui-ci/);
  expect(screen.queryByRole("button")).toBeNull();
});

test("who administers an organization changes no rule, for these are the platform’s", async () => {
  open("o1/rules", ofFinances, { "GET /api/v1/organizations/o1": () => of(finances) });
  await screen.findByText("11001401600015");
  expect(screen.queryByRole("button")).toBeNull();
});

test("an organization of others is not found", async () => {
  open("o9", ofFinances, { "GET /api/v1/organizations/o9": () => problem(404, "organization-not-found") });
  expect((await screen.findByRole("alert")).textContent).toContain("Cette organisation n’existe pas.");
});

test("who reads one organization and administers another changes only the other", async () => {
  open("o3", [...ofFinances, { role: "support", organization: "o3" }], { "GET /api/v1/organizations/o3": () => of(waiting) });
  await screen.findByRole("heading", { name: "Nouvelle agence" });
  expect(screen.queryByRole("button", { name: "Enregistrer" })).toBeNull();
});

test("a change of what somebody else changed meanwhile is refused, and what stands there now is read", async () => {
  let current = { organization: finances, etag: '"1"' };
  const sent: (string | null)[] = [];
  open("o1", ofFinances, {
    "GET /api/v1/organizations/o1": () => of(current.organization, current.etag),
    "PATCH /api/v1/organizations/o1": (request) => {
      sent.push(request.headers.get("If-Match"));
      current = { organization: { ...finances, contact: "accueil@finances.example" }, etag: '"2"' };
      return problem(412, "version-changed");
    },
  });
  const contact = await screen.findByLabelText("Contact");
  await userEvent.clear(contact);
  await userEvent.type(contact, "moi@finances.example");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  await userEvent.click(await screen.findByRole("button", { name: "Relire" }));
  await screen.findByDisplayValue("accueil@finances.example");
  expect(sent).toEqual(['"1"']);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("accepting without a fresh sign-in leads to one and back", async () => {
  open("o3", platform, {
    "GET /api/v1/organizations/o3": () => of(waiting),
    "PATCH /api/v1/organizations/o3": () => problem(403, "elevation-required"),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Accepter" }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Accepter" }));
  const way = await screen.findByRole("link", { name: "Confirmer mon identité" });
  expect(way.getAttribute("href")).toBe("/auth/login?elevate=1&returnTo=%2Fadmin%2Forganizations%2Fo3");
});

test("a rule of another organization is not taken over", async () => {
  open("o1/rules", platform, {
    "GET /api/v1/organizations/o1": () => of(finances),
    "PATCH /api/v1/organizations/o1": () => problem(409, "conflict"),
  });
  await userEvent.type(await screen.findByLabelText("Domaine"), "budget.example");
  await userEvent.click(screen.getByRole("button", { name: "Ajouter le domaine" }));
  expect((await screen.findByRole("alert")).textContent).toContain("déjà celle d’un autre organisme");
});

test("an organization is not placed below one that stands below it", async () => {
  open("o1", platform, {
    "GET /api/v1/organizations/o1": () => of(finances),
    "GET /api/v1/organizations": () => json({ items: [finances, agency] }),
    "PATCH /api/v1/organizations/o1": () => problem(409, "conflict"),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Changer le rattachement" }));
  await userEvent.type(screen.getByLabelText("Chercher un organisme"), "Agence");
  await userEvent.click(await screen.findByRole("button", { name: /^Agence du numérique/ }));
  expect((await screen.findByRole("alert")).textContent).toContain("ne peut pas être rattaché à lui-même");
  expect(screen.queryByRole("button", { name: /^Ministère des Finances/ })).toBeNull();
});

test("who administers one organization makes another only below one of theirs", async () => {
  const sent: unknown[] = [];
  const { location } = open("new", ofFinances, {
    "GET /api/v1/organizations": () => json({ items: [finances] }),
    "POST /api/v1/organizations": async (request) => {
      sent.push(await request.json());
      return of({ ...agency, id: "o4" });
    },
  });
  await userEvent.type(screen.getByLabelText("Nom"), "Agence des données");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Créer l’organisme" }).disabled).toBe(true);
  await userEvent.type(screen.getByLabelText("Chercher un organisme"), "Fin");
  await userEvent.click(await screen.findByRole("button", { name: /^Ministère des Finances/ }));
  await userEvent.click(screen.getByRole("button", { name: "Créer l’organisme" }));
  await vi.waitFor(() => {
    expect(location.history.at(-1)).toBe("/admin/organizations/o4");
  });
  expect(sent).toEqual([{ name: "Agence des données", kind: "other", parent: "o1" }]);
});

test("organizations are searched, by where they stand too, and a page after the other", async () => {
  const asked: URLSearchParams[] = [];
  open("", platform, {
    "GET /api/v1/organizations": (request) => {
      const query = new URL(request.url).searchParams;
      asked.push(query);
      if (query.get("state") === "pending") return json({ items: [waiting] });
      return query.has("cursor") ? json({ items: [agency] }) : json({ items: [finances], next: "c2" });
    },
  });
  expect((await screen.findByRole("link", { name: "Ministère des Finances" })).getAttribute("href")).toBe("/admin/organizations/o1");
  await userEvent.click(screen.getByRole("button", { name: "Afficher la suite" }));
  await screen.findByRole("link", { name: "Agence du numérique" });
  expect(asked.at(-1)?.get("cursor")).toBe("c2");
  expect(screen.queryByRole("button", { name: "Afficher la suite" })).toBeNull();
  await userEvent.selectOptions(screen.getByLabelText("État"), "en attente");
  await screen.findByRole("link", { name: "Nouvelle agence" });
  await userEvent.type(screen.getByLabelText("Chercher un organisme"), "nouv");
  await vi.waitFor(() => {
    expect(asked.at(-1)?.get("q")).toBe("nouv");
  });
});

test("an organization that waits is accepted after a question", async () => {
  let state = "pending";
  const sent: unknown[] = [];
  open("o3", platform, {
    "GET /api/v1/organizations/o3": () => of({ ...waiting, state }),
    "PATCH /api/v1/organizations/o3": async (request) => {
      sent.push(await request.json());
      state = "active";
      return of({ ...waiting, state }, '"2"');
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Accepter" }));
  expect(sent).toEqual([]);
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Accepter" }));
  await screen.findByText("actif");
  expect(sent).toEqual([{ state: "active" }]);
  expect(screen.queryByRole("button", { name: "Refuser" })).toBeNull();
});

test("an organization that waits is refused after a question", async () => {
  let state = "pending";
  open("o3", platform, {
    "GET /api/v1/organizations/o3": () => of({ ...waiting, state }),
    "PATCH /api/v1/organizations/o3": () => {
      state = "refused";
      return of({ ...waiting, state }, '"2"');
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Refuser" }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Refuser" }));
  await screen.findByText("refusé");
});

test("who administers what stands above changes an organization, and sends only what is new", async () => {
  let now = { ...agency };
  const sent: unknown[] = [];
  open("o2", ofFinances, {
    "GET /api/v1/organizations/o1": () => of(finances),
    "GET /api/v1/organizations/o2": () => of(now),
    "PATCH /api/v1/organizations/o2": async (request) => {
      sent.push(await request.json(), request.headers.get("Content-Type"));
      now = { ...agency, name: "Agence des données" };
      return of(now, '"2"');
    },
  });
  const name = await screen.findByLabelText("Nom");
  expect(screen.getAllByText("Ministère des Finances").length).toBeGreaterThan(0);
  await userEvent.clear(name);
  await userEvent.type(name, "Agence des données");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  await screen.findByText("Enregistré");
  await screen.findByRole("heading", { name: "Agence des données" });
  expect(sent).toEqual([{ name: "Agence des données" }, "application/merge-patch+json"]);
});

test("rules are added and taken away, one at a time", async () => {
  let now = { ...finances };
  const sent: unknown[] = [];
  open("o1/rules", platform, {
    "GET /api/v1/organizations/o1": () => of(now),
    "PATCH /api/v1/organizations/o1": async (request) => {
      const change = (await request.json()) as Partial<typeof finances>;
      sent.push(change);
      now = { ...now, ...change };
      return of(now, `"${String(sent.length + 1)}"`);
    },
  });
  await userEvent.selectOptions(await screen.findByLabelText("Attribut"), "rôle");
  await userEvent.type(screen.getByLabelText("Valeur"), "budget");
  await userEvent.click(screen.getByRole("button", { name: "Ajouter l’attribut" }));
  await screen.findByText("L’un des rôles est budget");
  await userEvent.click(screen.getByRole("button", { name: /^Retirer la règle.*finances\.example$/ }));
  await screen.findByLabelText("Domaine");
  await vi.waitFor(() => {
    expect(screen.queryByText("finances.example")).toBeNull();
  });
  expect(sent).toEqual([{ claims: [...finances.claims, { claim: "roles", value: "budget" }] }, { domains: [] }]);
});
