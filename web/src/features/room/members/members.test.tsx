import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import { MembersSection } from "./MembersSection";
import { ended, momentsOf, termOf, wrongTerm } from "./terms";

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
  };
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const path = "/api/v1/rooms/abc-defg-hij/members";
const owner = { id: "g1", kind: "person", subject: "p1", name: "Jeanne Morel", email: "jeanne@example.gouv.fr", role: "owner" };
const amine = { id: "g2", kind: "person", subject: "p2", name: "Amine Ben", role: "member" };
const invited = { id: "g3", kind: "email", subject: "zoe@example.org", name: "zoe@example.org", email: "zoe@example.org", role: "moderator", pending: true, invitedUntil: "2027-01-02T12:00:00Z" };
const page = (mayChange: boolean) => show(<MembersSection slug="abc-defg-hij" mayChange={mayChange} />);

function world(answers: Answers = {}) {
  const items: object[] = [owner, amine, invited];
  const fetch = serve({ [`GET ${path}`]: () => json({ items }), "GET /api/v1/people": () => json({ items: [] }), ...answers });
  return { items, fetch };
}
const field = () => screen.findByRole("combobox", { name: "Nom d’un collègue, ou adresse électronique" });

test("a member or moderator reads and cannot change", async () => {
  world();
  page(false);
  expect(await screen.findByText("Amine Ben")).toBeDefined();
  expect(screen.getByText("Organise la salle")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.queryByRole("combobox")).toBeNull();
});

test("the list says for how long, who has not accepted yet, and whose link has run out", async () => {
  const { items } = world();
  items.push(
    { ...amine, id: "g4", name: "Louise", notBefore: "2099-01-02T12:00:00Z", notAfter: "2099-02-02T12:00:00Z" },
    { ...amine, id: "g5", name: "Partie", notAfter: "2020-02-02T12:00:00Z" },
    { ...invited, id: "g6", name: "x@example.org", invitedUntil: undefined },
    { ...amine, id: "g7", kind: "group", name: "Cabinet" },
  );
  page(false);
  expect(await screen.findByText("Du 2 janvier 2099 au 2 février 2099")).toBeDefined();
  expect(screen.getByText("Terminé le 2 février 2020")).toBeDefined();
  expect(screen.getByText("Pas encore acceptée. Le lien vaut jusqu’au 2 janvier 2027.")).toBeDefined();
  expect(screen.getByText(/Le lien ne vaut plus/)).toBeDefined();
  expect(screen.getByText("Groupe")).toBeDefined();
});

test("a colleague is completed and added by keyboard alone", async () => {
  const sent: unknown[] = [];
  let asked = "";
  const { items } = world({
    "GET /api/v1/people": (request) => {
      asked = new URL(request.url).searchParams.get("q") ?? "";
      return json({
        items: [
          { id: "p8", name: "Inès Benali", email: "ines@example.gouv.fr", unit: "Cabinet" },
          { id: "p9", name: "Inès Zola", email: "zola@example.gouv.fr" },
        ],
      });
    },
    [`PUT ${path}`]: async (request) => {
      sent.push(await request.json());
      const given = { id: "g9", kind: "person", subject: "p9", name: "Inès Zola", role: "moderator" };
      items.push(given);
      return json(given, 201);
    },
  });
  page(true);
  await userEvent.type(await field(), "inès");
  expect(await screen.findByRole("option", { name: /Inès Zola/ })).toBeDefined();
  expect(asked).toBe("inès");
  await userEvent.keyboard("{ArrowDown}");
  expect((await field()).getAttribute("aria-activedescendant")).toBe(screen.getByRole("option", { name: /Inès Zola/ }).id);
  await userEvent.keyboard("{Enter}");
  const role = await screen.findByLabelText("Rôle");
  await waitFor(() => {
    expect(document.activeElement).toBe(role);
  });
  await userEvent.selectOptions(role, "Anime la salle");
  await userEvent.click(screen.getByRole("button", { name: "Ajouter" }));
  expect(await screen.findByText("Inès Zola")).toBeDefined();
  expect(sent).toEqual([{ subject: { kind: "person", id: "p9" }, role: "moderator" }]);
  expect(screen.queryByLabelText("Rôle")).toBeNull();
});

test("one letter asks nobody, and Escape closes what was found", async () => {
  const { fetch } = world({ "GET /api/v1/people": () => json({ items: [{ id: "p8", name: "Inès Benali" }] }) });
  page(true);
  await userEvent.type(await field(), "i%");
  await new Promise((later) => setTimeout(later, 400));
  expect(fetch.mock.calls.some(([input]) => typeof input !== "string" && input.url.includes("/people"))).toBe(false);
  await userEvent.type(await field(), "n");
  expect(await screen.findByRole("option")).toBeDefined();
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("option")).toBeNull();
  expect(await field()).toHaveProperty("value", "i%n");
});

test("nobody found says how to go on", async () => {
  world();
  page(true);
  await userEvent.type(await field(), "zz");
  expect(await screen.findByText(/dans votre organisation ne s’est encore connecté ici/)).toBeDefined();
});

test("an address is invited for a time, and its link is shown once", async () => {
  let sent: { notAfter?: string } = {};
  world({
    [`PUT ${path}`]: async (request) => {
      sent = (await request.json()) as typeof sent;
      return json({ ...invited, invitation: { url: "http://localhost/abc-defg-hij?invite=s3cr3t", expiresAt: "2027-01-02T12:00:00Z" } }, 201);
    },
  });
  page(true);
  await userEvent.type(await field(), "zoe@example.org");
  await userEvent.click(await screen.findByRole("option", { name: "Inviter zoe@example.org" }));
  const until = await screen.findByLabelText("Dernier jour");
  await userEvent.type(until, "2000-01-01");
  await userEvent.click(screen.getByRole("button", { name: "Créer l’invitation" }));
  expect(screen.getByRole("alert").textContent).toContain("Le dernier jour est aujourd’hui");
  expect(sent).toEqual({});
  await userEvent.clear(until);
  await userEvent.type(until, "2099-12-24");
  await userEvent.click(screen.getByRole("button", { name: "Créer l’invitation" }));
  expect(await screen.findByText("http://localhost/abc-defg-hij?invite=s3cr3t")).toBeDefined();
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Copier le lien" }));
  expect(sent).toEqual({ subject: { kind: "email", email: "zoe@example.org" }, role: "member", notAfter: new Date(2099, 11, 25).toISOString() });
  await userEvent.click(screen.getByRole("button", { name: "Masquer le lien" }));
  expect(screen.queryByText(/s3cr3t/)).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Membres" }));
});

test("the link that is shown once is scrolled to, keeps the focus, and stays when somebody else is added", async () => {
  const scrolled = vi.spyOn(Element.prototype, "scrollIntoView");
  const invitation = { url: "http://localhost/abc-defg-hij?invite=s3cr3t", expiresAt: "2027-01-02T12:00:00Z" };
  world({
    "GET /api/v1/people": () => json({ items: [{ id: "p9", name: "Inès Zola", email: "zola@example.gouv.fr" }] }),
    [`PUT ${path}`]: async (request) => {
      const { subject } = (await request.json()) as { subject: { kind: string } };
      return json(subject.kind === "email" ? { ...invited, invitation } : { ...amine, id: "g9", name: "Inès Zola" }, 201);
    },
  });
  page(true);
  await userEvent.type(await field(), "zoe@example.org{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: "Créer l’invitation" }));
  const copy = await screen.findByRole("button", { name: "Copier le lien" });
  expect(scrolled.mock.contexts[0]).toHaveProperty("textContent", expect.stringContaining("s3cr3t"));
  await new Promise((frame) => requestAnimationFrame(frame));
  expect(document.activeElement).toBe(copy);
  await userEvent.type(await field(), "inès");
  await userEvent.click(await screen.findByRole("option", { name: /Inès Zola/ }));
  await userEvent.click(await screen.findByRole("button", { name: "Ajouter" }));
  await waitFor(async () => { expect(document.activeElement).toBe(await field()); });
  expect(screen.getByText(/s3cr3t/)).toBeDefined();
});

test("a refusal to add stays beside what was chosen", async () => {
  world({ [`PUT ${path}`]: () => problem(403, "forbidden") });
  page(true);
  await userEvent.type(await field(), "zoe@example.org{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: "Créer l’invitation" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Vous n’avez pas le droit");
  expect(screen.getByRole("button", { name: "Créer l’invitation" })).toBeDefined();
});

test("the role of the last owner stays, and the dialog says why", async () => {
  world({ [`PUT ${path}`]: () => problem(409, "last-owner") });
  page(true);
  await userEvent.click(await screen.findByRole("button", { name: "Modifier le rôle de Jeanne Morel" }));
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.selectOptions(dialog.getByLabelText("Rôle"), "Participe");
  await userEvent.click(dialog.getByRole("button", { name: "Enregistrer" }));
  expect((await dialog.findByRole("alert")).textContent).toContain("Une salle a toujours");
});

test("a change of role keeps the dates that nobody touched", async () => {
  let sent: unknown;
  const { items } = world({
    [`PUT ${path}`]: async (request) => {
      sent = await request.json();
      return json(amine);
    },
  });
  items[1] = { ...amine, notAfter: "2099-02-02T10:30:00Z" };
  page(true);
  await userEvent.click(await screen.findByRole("button", { name: "Modifier le rôle d’Amine Ben" }));
  await userEvent.selectOptions(within(screen.getByRole("dialog")).getByLabelText("Rôle"), "Anime la salle");
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  await waitFor(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
  expect(sent).toEqual({ subject: { kind: "person", id: "p2" }, role: "moderator", notAfter: "2099-02-02T10:30:00Z" });
});

test("removing asks first; the line goes and the focus stays with the list", async () => {
  const { items } = world({
    [`DELETE ${path}/g3`]: () => {
      items.pop();
      return json(null, 204);
    },
  });
  page(true);
  await userEvent.click(await screen.findByRole("button", { name: "Retirer zoe@example.org" }));
  expect(items).toHaveLength(3);
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.getByText("Le lien de l’invitation ne fonctionnera plus.")).toBeDefined();
  await userEvent.click(dialog.getByRole("button", { name: "Retirer" }));
  await waitFor(() => {
    expect(screen.queryByText("zoe@example.org")).toBeNull();
  });
  await waitFor(() => {
    expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Membres" }));
  });
});

test("a new link is asked for by name and shown", async () => {
  let sent: unknown;
  world({
    [`PUT ${path}`]: async (request) => {
      sent = await request.json();
      return json({ ...invited, invitation: { url: "http://localhost/abc-defg-hij?invite=n3w", expiresAt: "2027-01-02T12:00:00Z" } });
    },
  });
  page(true);
  await userEvent.click(await screen.findByRole("button", { name: "Nouveau lien pour zoe@example.org" }));
  expect(await screen.findByText("http://localhost/abc-defg-hij?invite=n3w")).toBeDefined();
  expect(sent).toEqual({ subject: { kind: "email", email: "zoe@example.org" }, role: "moderator", renewInvitation: true });
});

test("a list of several pages goes on", async () => {
  world({
    [`GET ${path}`]: (request) => (new URL(request.url).searchParams.get("cursor") === "next" ? json({ items: [amine] }) : json({ items: [owner], next: "next" })),
  });
  page(false);
  await userEvent.click(await screen.findByRole("button", { name: "Afficher la suite" }));
  expect(await screen.findByText("Amine Ben")).toBeDefined();
  expect(screen.getByText("Jeanne Morel")).toBeDefined();
});

test("the last day is the whole of it, where the person is", () => {
  const moments = momentsOf({ from: "2026-12-24", until: "2026-12-31" });
  expect(moments).toEqual({ notBefore: new Date(2026, 11, 24).toISOString(), notAfter: new Date(2027, 0, 1).toISOString() });
  expect(termOf(moments)).toEqual({ from: "2026-12-24", until: "2026-12-31" });
  expect(momentsOf({ from: "", until: "nonsense" })).toEqual({});
  const now = new Date(2026, 11, 24, 15);
  expect(wrongTerm({ from: "", until: "2026-12-23" }, now)).toBe(true);
  expect(wrongTerm({ from: "", until: "2026-12-24" }, now)).toBe(false);
  expect(wrongTerm({ from: "2026-12-26", until: "2026-12-25" }, now)).toBe(true);
  expect(wrongTerm({ from: "2026-12-25", until: "2026-12-25" }, now)).toBe(false);
  expect(wrongTerm({ from: "2026-12-25", until: "" }, now)).toBe(false);
  expect(ended(undefined)).toBe(false);
});
