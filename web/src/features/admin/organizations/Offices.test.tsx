import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import { Offices } from "./Offices";

afterEach(() => {
  vi.unstubAllGlobals();
});

const office = {
  id: "f1",
  name: "Bureau du cabinet",
  vacant: false,
  people: [{ person: "p1", name: "Camille Martin", kind: "holder", role: "owner" }],
  rooms: [{ slug: "aaa-bbbb-ccc", name: "Réunion du lundi", url: "https://meet.example/aaa-bbbb-ccc" }],
  etag: '"1"',
  createdAt: "2026-01-01T09:00:00Z",
};
const orphan = { slug: "ddd-eeee-fff", name: "Salle de Paul", createdAt: "2026-01-01T09:00:00Z" };

function open(answers: Answers = {}, may = true) {
  serve({
    "GET /api/v1/organizations/o1/offices": () => json({ items: [office] }),
    "GET /api/v1/organizations/o1/rooms/without-owner": () => json({ items: [orphan] }),
    ...answers,
  });
  show(<Offices organization="o1" may={may} path="/admin/organizations/o1/offices" />);
}

test("who only reads is offered no act", async () => {
  open({}, false);
  await screen.findByText("Camille Martin");
  await screen.findByText("Salle de Paul");
  expect(screen.queryByRole("button")).toBeNull();
});

test("an office that owns rooms is not deleted", async () => {
  open({ "DELETE /api/v1/organizations/o1/offices/f1": () => problem(409, "conflict") });
  await userEvent.click(await screen.findByRole("button", { name: "Supprimer la fonction\u00a0: Bureau du cabinet" }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Supprimer" }));
  expect((await screen.findByRole("alert")).textContent).toContain("possède des salles");
});

test("nobody stands in until before they begin, and who is chosen keeps the focus", async () => {
  const asked = vi.fn(() => json(office));
  open({
    "GET /api/v1/admin/people": () => json({ items: [{ id: "p2", name: "Ida Petit", organization: { id: "o1", name: "Finances" }, createdAt: "2026-01-01T09:00:00Z" }] }),
    "PUT /api/v1/organizations/o1/offices/f1/people/p2": asked,
  });
  await userEvent.click(await screen.findByRole("button", { name: "Nommer quelqu’un\u00a0: Bureau du cabinet" }));
  await userEvent.type(screen.getByLabelText("Personne"), "ida");
  await userEvent.click(await screen.findByRole("button", { name: /Ida Petit/ }));
  expect(document.activeElement?.textContent).toBe("Changer");
  await userEvent.selectOptions(screen.getByLabelText("En tant que"), "deputy-moderator");
  await userEvent.type(screen.getByLabelText("À partir du"), "2027-03-31");
  await userEvent.type(screen.getByLabelText("Jusqu’au"), "2027-03-30");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Nommer quelqu’un" }));
  expect(screen.getByRole("alert").textContent).toBe("Le dernier jour ne peut pas venir avant le premier.");
  expect(asked).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: /Ida Petit/ }));
  expect(document.activeElement).toBe(screen.getByLabelText("Personne"));
});

test("a deputy stands in until the day that is given, that day included", async () => {
  const sent: unknown[] = [];
  open({
    "GET /api/v1/admin/people": () => json({ items: [{ id: "p2", name: "Ida Petit", organization: { id: "o1", name: "Finances" }, createdAt: "2026-01-01T09:00:00Z" }] }),
    "PUT /api/v1/organizations/o1/offices/f1/people/p2": async (request) => {
      sent.push(await request.json());
      return json(office);
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Nommer quelqu’un\u00a0: Bureau du cabinet" }));
  await userEvent.type(screen.getByLabelText("Personne"), "ida");
  await userEvent.click(await screen.findByRole("button", { name: /Ida Petit/ }));
  await userEvent.selectOptions(screen.getByLabelText("En tant que"), "deputy-moderator");
  await userEvent.type(screen.getByLabelText("Jusqu’au"), "2027-03-31");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Nommer quelqu’un" }));
  await vi.waitFor(() => {
    expect(sent).toEqual([{ kind: "deputy", role: "moderator", until: new Date(2027, 3, 1).toISOString() }]);
  });
});

test("a room without an owner is handed over to an office", async () => {
  const sent: unknown[] = [];
  open({
    "POST /api/v1/organizations/o1/rooms/ddd-eeee-fff/hand-over": async (request) => {
      sent.push(await request.json());
      return new Response(null, { status: 204 });
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Remettre la salle\u00a0: Salle de Paul" }));
  await userEvent.selectOptions(screen.getByLabelText("À"), "f1");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remettre" }));
  await vi.waitFor(() => {
    expect(sent).toEqual([{ office: "f1" }]);
  });
});

test("a room whose owner is in another organization is said to be theirs until it is handed over", async () => {
  open({ "GET /api/v1/organizations/o1/rooms/without-owner": () => json({ items: [{ ...orphan, ownedElsewhere: true }] }) });
  await screen.findByText(/propriétaire dans un autre organisme/);
  await userEvent.click(screen.getByRole("button", { name: "Remettre la salle\u00a0: Salle de Paul" }));
  within(screen.getByRole("dialog")).getByText(/Une personne d’un autre organisme possède cette salle/);
});
