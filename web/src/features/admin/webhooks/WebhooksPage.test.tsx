import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import typesInGo from "../../../../../webhook/types.go?raw";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import type { Appointment } from "../roles";
import { events, others } from "./events";
import { WebhooksPage } from "./WebhooksPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const hook = {
  id: "h1",
  organization: { id: "o1", name: "Finances" },
  url: "https://agenda.example/hooks",
  types: ["session.ended"],
  description: "Agenda du cabinet",
  contactLanguage: "fr",
  signature: "hmac-sha256",
  keys: [{ id: "k1", createdAt: "2026-01-01T09:00:00Z" }],
  state: "active",
  createdBy: "a1",
  accountName: "Agenda RH",
  createdAt: "2026-01-01T09:00:00Z",
  updatedAt: "2026-01-01T09:00:00Z",
  deadLetters: 0,
};
const account = {
  id: "a1",
  organization: { id: "o1", name: "Finances" },
  name: "Agenda RH",
  scopes: ["rooms.read"],
  networks: [],
  actsFor: [],
  secrets: [{ id: "s1", createdAt: hook.createdAt }],
  keys: [],
  createdAt: hook.createdAt,
};
const failed = { id: "d1", messageId: "m1", type: "session.ended", state: "dead", attempts: 10, createdAt: "2026-11-20T09:00:00Z", attemptedAt: "2026-11-20T10:00:00Z", status: 503, failure: "status" };
const finances = { id: "o1", name: "Finances", kind: "ministry", state: "active", idpIds: [], domains: [], claims: [], createdAt: hook.createdAt };
const hosts = (value: string[], more: object = {}) => ({
  settings: {},
  effective: [{ name: "webhookHosts", title: "", kind: "only", value, source: { level: "default" }, reason: "", locked: false, overrode: [], ...more }],
});
const orgAdmin: Appointment[] = [{ role: "org-admin", organization: "o1" }];

function open(rest: string, appointments: Appointment[], answers: Answers = {}) {
  serve({
    "GET /api/v1/webhooks": () => json({ items: [hook] }),
    "GET /api/v1/webhooks/h1": () => json(hook, 200, { ETag: '"1"' }),
    "GET /api/v1/webhooks/h1/deliveries": () => json({ items: [failed] }),
    "GET /api/v1/service-accounts": () => json({ items: [account, { ...account, id: "a2", name: "Ancien", revokedAt: hook.createdAt }] }),
    "GET /api/v1/organizations/o1": () => json(finances),
    "GET /api/v1/organizations/o1/policy": () => json(hosts(["*"]), 200, { ETag: '"1"' }),
    ...answers,
  });
  show(<WebhooksPage appointments={appointments} rest={rest} />);
}

async function write() {
  await userEvent.selectOptions(await screen.findByLabelText("Logiciel destinataire"), "Agenda RH (Finances)");
  await userEvent.type(screen.getByLabelText("Adresse"), "https://agenda.example/hooks");
}
const make = () => userEvent.click(screen.getByRole("button", { name: "Créer le webhook" }));

test("the console has words for every event of the server", () => {
  const there = [...typesInGo.matchAll(/^\s+\w+\s+Type\s+= "([a-z.]+)"/gm)].map((match) => match[1] ?? "");
  expect([...events, ...others].sort()).toEqual(there.sort());
});

test("who only reads sees the webhook and what was sent, and changes nothing", async () => {
  open("h1", [{ role: "support" }]);
  await screen.findByText("Agenda du cabinet");
  await screen.findByText("abandonné");
  screen.getByText("réponse 503");
  expect(screen.getAllByRole("button").map((one) => one.textContent)).toEqual(["Actualiser"]);
});

test("a webhook of others is not found", async () => {
  open("h9", orgAdmin, { "GET /api/v1/webhooks/h9": () => problem(404, "webhook-not-found") });
  expect((await screen.findByRole("alert")).textContent).toContain("n’existe pas");
});

test("a webhook belongs to software that still acts", async () => {
  open("new", orgAdmin);
  const field = await screen.findByLabelText("Logiciel destinataire");
  expect(within(field).queryByRole("option", { name: /Ancien/ })).toBeNull();
  expect(screen.getByRole("button", { name: "Créer le webhook" })).toHaveProperty("disabled", true);
});

test("an organization without software makes an account first", async () => {
  open("new", orgAdmin, { "GET /api/v1/service-accounts": () => json({ items: [] }) });
  await screen.findByText(/Créez d’abord un compte de service/);
  expect(screen.getByRole("link", { name: "Créer un compte de service" }).getAttribute("href")).toBe("/admin/apps/new");
});

test("a server that a policy does not allow is refused, with who locked it", async () => {
  open("new", orgAdmin, {
    "GET /api/v1/organizations/o1/policy": () => json(hosts(["*.finances.example"], { locked: true, lockedBy: "Ministère X" }), 200, { ETag: '"1"' }),
    "POST /api/v1/webhooks": () => problem(422, "policy-locked"),
  });
  await write();
  await screen.findByText(/Une règle n’autorise que ces serveurs.*Verrouillé par Ministère X\./);
  await make();
  expect((await screen.findByRole("alert")).textContent).toContain("Verrouillé par Ministère X.");
});

test("an address that is no good is said to be", async () => {
  open("new", orgAdmin, { "POST /api/v1/webhooks": () => problem(422, "invalid-request") });
  await write();
  await make();
  expect((await screen.findByRole("alert")).textContent).toContain("l’adresse du webhook");
});

test("a webhook is made with the events that were chosen, and its secret shown once", async () => {
  let sent: unknown;
  open("new", orgAdmin, {
    "POST /api/v1/webhooks": async (request) => {
      sent = await request.json();
      return json({ ...hook, state: "pending", secret: "whsec_abc" }, 201);
    },
  });
  await write();
  await userEvent.click(screen.getByLabelText("Seulement ceux que je choisis"));
  screen.getByText("Choisissez au moins un événement.");
  await userEvent.click(screen.getByLabelText(/Salle vide ou réunion terminée/));
  await make();
  expect(await screen.findByLabelText("Secret (whsec_…)")).toHaveProperty("value", "whsec_abc");
  expect(sent).toEqual({ account: "a1", url: "https://agenda.example/hooks", signature: "hmac-sha256", contactLanguage: "fr", types: ["session.ended"] });
});

test("a disabled webhook says why, and is enabled again", async () => {
  let state = "disabled";
  open("h1", orgAdmin, {
    "GET /api/v1/webhooks/h1": () => json({ ...hook, state, ...(state === "disabled" ? { reason: "failing", disabledAt: "2026-11-20T09:00:00Z" } : {}), deadLetters: 100 }, 200, { ETag: '"1"' }),
    "POST /api/v1/webhooks/h1/enable": () => {
      state = "pending";
      return json({ ...hook, state });
    },
  });
  await screen.findByText("Aucun message n’est passé pendant trop longtemps.");
  expect(screen.queryByRole("button", { name: /^Renvoyer/ })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Réactiver" }));
  await screen.findByText("adresse à vérifier");
});

test("a webhook whose software acts no more is not enabled, and why", async () => {
  open("h1", orgAdmin, {
    "GET /api/v1/webhooks/h1": () => json({ ...hook, state: "disabled", reason: "account-revoked" }, 200, { ETag: '"1"' }),
    "POST /api/v1/webhooks/h1/enable": () => problem(409, "conflict"),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Réactiver" }));
  expect((await screen.findByText(/n’agit plus/)).textContent).toContain("Choisissez-en un autre");
});

test("a message that was given up is found by its state and sent again", async () => {
  const asked: (string | null)[] = [];
  let again = 0;
  open("h1", orgAdmin, {
    "GET /api/v1/webhooks/h1/deliveries": (request) => {
      asked.push(new URL(request.url).searchParams.get("state"));
      return json({ items: [failed] });
    },
    "POST /api/v1/webhooks/h1/deliveries/d1/redeliver": () => {
      again++;
      return json({ ...failed, state: "queued", attempts: 0 }, 202);
    },
  });
  await userEvent.selectOptions(await screen.findByLabelText("Montrer"), "les envois abandonnés");
  await userEvent.click(await screen.findByRole("button", { name: /^Renvoyer.*Salle vide/ }));
  await screen.findByText("Message renvoyé");
  expect(again).toBe(1);
  expect(asked).toContain("dead");
});

test("a test is sent", async () => {
  open("h1", orgAdmin, { "POST /api/v1/webhooks/h1/test": () => json({ ...failed, type: "webhook.test", state: "queued" }, 202) });
  await userEvent.click(await screen.findByRole("button", { name: "Envoyer un essai" }));
  await screen.findByText("Essai envoyé");
});

test("a new address without a fresh sign-in leads to one and back; the rest is kept", async () => {
  const sent: unknown[] = [];
  open("h1", orgAdmin, {
    "PATCH /api/v1/webhooks/h1": async (request) => {
      sent.push(await request.json());
      return problem(403, "elevation-required");
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Modifier" }));
  await userEvent.clear(screen.getByLabelText("Adresse"));
  await userEvent.type(screen.getByLabelText("Adresse"), "https://b.example/");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  expect((await screen.findByRole("link", { name: "Confirmer mon identité" })).getAttribute("href")).toContain(encodeURIComponent("/admin/webhooks/h1"));
  expect(sent).toEqual([{ url: "https://b.example/" }]);
  expect(screen.getByLabelText("Adresse")).toHaveProperty("value", "https://b.example/");
});
