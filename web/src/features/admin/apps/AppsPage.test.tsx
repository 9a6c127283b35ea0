import { screen, within, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import scopesInGo from "../../../../../auth/auth.go?raw";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import type { Appointment } from "../roles";
import { AppsPage } from "./AppsPage";
import { readKey } from "./publicKey";
import { scopes } from "./scopes";
import { lastSecretEnds, standingOf } from "./standing";

afterEach(() => {
  vi.unstubAllGlobals();
});

const account = {
  id: "a1",
  organization: { id: "o1", name: "Finances" },
  name: "Agenda RH",
  contact: "rh@finances.example",
  scopes: ["rooms.read", "rooms.write"],
  networks: ["192.0.2.0/24"],
  actsFor: [],
  secrets: [{ id: "s1", createdAt: "2026-01-01T09:00:00Z" }],
  keys: [],
  createdAt: "2026-01-01T09:00:00Z",
};
const finances = { id: "o1", name: "Finances", kind: "ministry", state: "active", idpIds: [], domains: [], claims: [], createdAt: account.createdAt };
const orgAdmin: Appointment[] = [{ role: "org-admin", organization: "o1" }];
const auditor: Appointment[] = [{ role: "auditor" }];

function open(rest: string, appointments: Appointment[], answers: Answers = {}) {
  const fetch = serve({
    "GET /api/v1/service-accounts": () => json({ items: [account] }),
    "GET /api/v1/service-accounts/a1": () => json(account, 200, { ETag: '"1"' }),
    "GET /api/v1/organizations/o1": () => json(finances),
    ...answers,
  });
  show(<AppsPage appointments={appointments} rest={rest} />);
  return fetch;
}

const confirm = async (button: string | RegExp, act: string) => {
  await userEvent.click(await screen.findByRole("button", { name: button }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: act }));
};

test("the console has words for every scope of the server", () => {
  const there = [...scopesInGo.matchAll(/^\s+Scope\w+\s+Scope = "([a-z.-]+)"/gm)].map((match) => match[1] ?? "");
  expect(there.length).toBeGreaterThan(10);
  expect([...scopes].sort()).toEqual(there.sort());
});

test("who only reads sees what software may do, and no button", async () => {
  open("a1", auditor);
  await screen.findByText("Créer et modifier les salles, y donner des rôles, animer les réunions");
  screen.getByText("rh@finances.example");
  screen.getByText("192.0.2.0/24");
  screen.getByText("jamais utilisé");
  expect(screen.queryByRole("button")).toBeNull();
});

test("who only reads makes no account", async () => {
  open("", auditor);
  expect((await screen.findByRole("link", { name: "Agenda RH" })).getAttribute("href")).toBe("/admin/apps/a1");
  expect(screen.queryByRole("link", { name: "Créer un compte de service" })).toBeNull();
});

test("an account of others is not found", async () => {
  open("a9", orgAdmin, { "GET /api/v1/service-accounts/a9": () => problem(404, "service-account-not-found") });
  expect((await screen.findByRole("alert")).textContent).toContain("n’existe pas");
});

test("making an account without a fresh sign-in leads to one and back", async () => {
  open("new", orgAdmin, { "POST /api/v1/service-accounts": () => problem(403, "elevation-required") });
  await userEvent.type(await screen.findByLabelText("Nom"), "Agenda");
  await userEvent.click(screen.getByLabelText(/Voir les salles/));
  await userEvent.click(screen.getByRole("button", { name: "Créer le compte et son secret" }));
  expect((await screen.findByRole("link", { name: "Confirmer mon identité" })).getAttribute("href")).toContain(encodeURIComponent("/admin/apps/new"));
});

test("an account is made in the one organization that somebody administers, and its secret shown once", async () => {
  let sent: unknown;
  open("new", orgAdmin, {
    "POST /api/v1/service-accounts": async (request) => {
      sent = await request.json();
      return json(account, 201);
    },
    "POST /api/v1/service-accounts/a1/secrets": () => json({ id: "s1", createdAt: account.createdAt, secret: "parvis_abc" }, 201),
  });
  await screen.findByText("Finances");
  await userEvent.type(screen.getByLabelText("Nom"), "Agenda RH");
  await userEvent.type(screen.getByLabelText("Réseaux autorisés"), "192.0.2.0/24{Enter}2001:db8::/48");
  expect(screen.getByRole("button", { name: "Créer le compte et son secret" })).toHaveProperty("disabled", true);
  await userEvent.click(screen.getByLabelText(/Créer et modifier les salles/));
  await userEvent.click(screen.getByLabelText(/peut agir au nom/));
  await userEvent.click(screen.getByRole("button", { name: "Créer le compte et son secret" }));
  expect(await screen.findByLabelText("Secret (client_secret)")).toHaveProperty("value", "parvis_abc");
  expect(sent).toEqual({ organization: "o1", name: "Agenda RH", scopes: ["rooms.write"], networks: ["192.0.2.0/24", "2001:db8::/48"], actsFor: ["o1"] });
  expect(screen.getByRole("alert").textContent).toContain("cette fois");
  expect(screen.getByRole("link", { name: "Voir le compte" }).getAttribute("href")).toBe("/admin/apps/a1");
});

test("an account whose secret could not be made says where to make it", async () => {
  open("new", orgAdmin, {
    "POST /api/v1/service-accounts": () => json(account, 201),
    "POST /api/v1/service-accounts/a1/secrets": () => problem(503, "unavailable"),
  });
  await screen.findByText("Finances");
  await userEvent.type(screen.getByLabelText("Nom"), "Agenda RH");
  await userEvent.click(screen.getByLabelText(/Voir les salles/));
  await userEvent.click(screen.getByRole("button", { name: "Créer le compte et son secret" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Créez-le depuis la page du compte");
});

test("a secret is renewed, those before it stay for a while, and it is hidden when it was copied", async () => {
  let sent: unknown;
  open("a1", orgAdmin, {
    "POST /api/v1/service-accounts/a1/secrets": async (request) => {
      sent = await request.json();
      return json({ id: "s2", createdAt: account.createdAt, secret: "parvis_new" }, 201);
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Nouveau secret" }));
  const dialog = screen.getByRole("dialog");
  await userEvent.selectOptions(within(dialog).getByLabelText("Les secrets précédents"), "restent valables une heure");
  await userEvent.click(within(dialog).getByRole("button", { name: "Nouveau secret" }));
  expect(await screen.findByLabelText("Secret (client_secret)")).toHaveProperty("value", "parvis_new");
  expect(sent).toEqual({ overlapMinutes: 60 });
  await userEvent.click(screen.getByRole("button", { name: "C’est copié, masquer le secret" }));
  expect(screen.queryByLabelText("Secret (client_secret)")).toBeNull();
});

test("who may not give what the account holds is told so", async () => {
  open("a1", orgAdmin, { "POST /api/v1/service-accounts/a1/secrets": () => problem(403, "forbidden") });
  await confirm("Nouveau secret", "Nouveau secret");
  expect((await screen.findByRole("alert")).textContent).toContain("ce que vous ne pouvez pas faire vous-même");
});

test("of a change no more is sent than what is another", async () => {
  let sent: unknown;
  open("a1", orgAdmin, {
    "PATCH /api/v1/service-accounts/a1": async (request) => {
      sent = await request.json();
      return json({ ...account, name: "Paie" }, 200, { ETag: '"2"' });
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Modifier" }));
  await userEvent.clear(screen.getByLabelText("Nom"));
  await userEvent.type(screen.getByLabelText("Nom"), "Paie");
  await userEvent.clear(screen.getByLabelText("Adresse du responsable"));
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  await screen.findByRole("heading", { name: "Paie" });
  expect(sent).toEqual({ name: "Paie", contact: null });
});

const ed25519 = { kty: "OKP", crv: "Ed25519", x: "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE" };
/** The same in PEM: RFC 8410 §10.1. */
const pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

async function pasteKey(kid: string, text: string) {
  if (screen.queryByRole("dialog") === null) await userEvent.click(await screen.findByRole("button", { name: "Ajouter une clé publique" }));
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.clear(dialog.getByLabelText("Nom de la clé (kid)"));
  if (kid !== "") await userEvent.type(dialog.getByLabelText("Nom de la clé (kid)"), kid);
  await userEvent.clear(dialog.getByLabelText("Clé publique"));
  await userEvent.click(dialog.getByLabelText("Clé publique"));
  await userEvent.paste(text);
  await userEvent.click(dialog.getByRole("button", { name: "Ajouter la clé" }));
}

test("what is no public key is told by what is wrong with it", async () => {
  for (const [text, mistake] of [
    [JSON.stringify({ ...ed25519, d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }), "private"],
    ["-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----", "private"],
    [JSON.stringify({ kty: "oct", k: "c2VjcmV0" }), "private"],
    ["", "unreadable"],
    ["[]", "unreadable"],
    [JSON.stringify({ keys: [ed25519, ed25519] }), "unreadable"],
    ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", "unreadable"],
    [`${pem}${pem}`, "unreadable"],
    ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "kind"],
    [JSON.stringify({ kty: "EC", crv: "secp256k1", x: "a", y: "b" }), "kind"],
    [JSON.stringify({ kty: "OKP", crv: "X25519", x: "a" }), "kind"],
  ] as const) {
    expect(await readKey(text), text).toEqual({ mistake });
  }
});

test("a private key, and a name that does not fit, are never sent", async () => {
  const sent: string[] = [];
  open("a1", orgAdmin, {
    "PUT /api/v1/service-accounts/a1/keys/2026-11": async (request) => {
      sent.push(await request.text());
      return json(account);
    },
  });
  await pasteKey("2026-11", JSON.stringify({ ...ed25519, d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }));
  expect((await screen.findByRole("alert")).textContent).toContain("clé privée");
  await pasteKey("../secrets", JSON.stringify(ed25519));
  expect((await screen.findByRole("alert")).textContent).toContain("64 lettres");
  await pasteKey("", pem);
  expect((await screen.findByRole("alert")).textContent).toContain("64 lettres");
  expect(sent).toEqual([]);
});

test("adding a key without a fresh sign-in leads to one and back; a sixth one is refused", async () => {
  let code = "elevation-required";
  open("a1", orgAdmin, { "PUT /api/v1/service-accounts/a1/keys/2026-11": () => problem(code === "conflict" ? 409 : 403, code) });
  await pasteKey("2026-11", pem);
  expect((await screen.findByRole("link", { name: "Confirmer mon identité" })).getAttribute("href")).toContain(encodeURIComponent("/admin/apps/a1"));
  code = "conflict";
  await userEvent.click(screen.getByRole("button", { name: "Ajouter la clé" }));
  expect(await screen.findByText(/déjà cinq clés/)).toBeTruthy();
});

test("a public key is added as a JWK, as the only one of a set, or in PEM, and what else a JWK says stays here", async () => {
  const sent: unknown[] = [];
  let keys: object[] = [];
  const put = (kid: string) => async (request: Request) => {
    sent.push(await request.json());
    keys = [{ kid, createdAt: account.createdAt }];
    return json({ ...account, keys }, 201);
  };
  open("a1", orgAdmin, {
    "GET /api/v1/service-accounts/a1": () => json({ ...account, keys }, 200, { ETag: '"1"' }),
    "PUT /api/v1/service-accounts/a1/keys/2026-11": put("2026-11"),
    "PUT /api/v1/service-accounts/a1/keys/its-own": put("its-own"),
  });
  await pasteKey("2026-11", pem);
  await screen.findByText("2026-11");
  await pasteKey("", JSON.stringify({ keys: [{ ...ed25519, kid: "its-own", use: "sig", key_ops: ["verify"] }] }));
  await screen.findByText("its-own");
  const again = JSON.stringify({ ...ed25519, kid: "its-own" });
  await pasteKey("", again);
  expect(await screen.findByText(/prend la place de la clé its-own/)).toBeTruthy();
  expect(sent).toEqual([ed25519, { ...ed25519, use: "sig" }]);
  await pasteKey("", again);
  await waitFor(() => { expect(sent).toHaveLength(3); });
});

test("an account is revoked after a question, and nothing can be done with it afterwards", async () => {
  let revoked = false;
  open("a1", orgAdmin, {
    "GET /api/v1/service-accounts/a1": () => json(revoked ? { ...account, revokedAt: "2026-11-20T09:00:00Z" } : account, 200, { ETag: '"1"' }),
    "DELETE /api/v1/service-accounts/a1": () => {
      revoked = true;
      return json(undefined, 204);
    },
  });
  await confirm("Révoquer", "Révoquer");
  await screen.findByText("révoqué");
  expect(screen.queryByRole("button")).toBeNull();
});

test("an account says what it lacks before it matters", () => {
  const now = Date.parse("2026-11-20T09:00:00Z");
  const soon = { id: "s", createdAt: account.createdAt, expiresAt: "2026-12-01T09:00:00Z" };
  const late = { ...soon, expiresAt: "2027-06-01T09:00:00Z" };
  expect(standingOf(account, now)).toBe("valid");
  expect(standingOf({ ...account, secrets: [] }, now)).toBe("bare");
  expect(standingOf({ ...account, secrets: [{ ...soon, expiresAt: "2026-11-01T09:00:00Z" }] }, now)).toBe("bare");
  expect(standingOf({ ...account, secrets: [soon] }, now)).toBe("ending");
  expect(lastSecretEnds({ ...account, secrets: [soon, late] }, now)).toBeUndefined();
  expect(standingOf({ ...account, expiresAt: "2026-12-01T09:00:00Z" }, now)).toBe("ending");
  expect(standingOf({ ...account, expiresAt: "2026-11-20T09:00:00Z" }, now)).toBe("expired");
  expect(standingOf({ ...account, revokedAt: "2026-11-20T09:00:00Z" }, now)).toBe("revoked");
});
