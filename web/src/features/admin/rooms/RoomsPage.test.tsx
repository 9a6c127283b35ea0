import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import type { Appointment } from "../roles";
import { RoomsPage } from "./RoomsPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const ministry: Appointment[] = [{ id: "a", role: "org-admin", organization: "o1" } as Appointment];
const platform: Appointment[] = [{ id: "a", role: "support" } as Appointment];
const finances = { id: "o1", name: "Finances", kind: "ministry", state: "accepted" };
const budget = {
  id: "r1",
  slug: "aaa-bbbb-ccc",
  name: "Budget 2027",
  owners: [{ id: "p1", kind: "person", name: "Camille Martin" }],
  unit: { id: "u1", name: "Direction du budget" },
  template: { id: "t1", name: "Audiences" },
  meeting: true,
  createdAt: "2026-11-20T09:00:00Z",
};
const orphan = { id: "r2", slug: "ddd-eeee-fff", name: "Ancienne", owners: [], meeting: false, createdAt: "2026-11-20T09:00:00Z" };

function open(appointments: Appointment[], rest = "", answers: Answers = {}) {
  const location = memoryLocation({ path: "/admin/rooms", record: true });
  serve({
    "GET /api/v1/organizations": () => json({ items: [finances] }),
    "GET /api/v1/organizations/o1": () => json(finances),
    "GET /api/v1/organizations/o1/units": () => json({ items: [{ id: "u1", name: "Direction du budget" }] }),
    "GET /api/v1/organizations/o1/templates": () => json({ items: [{ id: "t1", name: "Audiences" }] }),
    "GET /api/v1/organizations/o1/rooms": () => json({ items: [budget, orphan] }),
    ...answers,
  });
  show(
    <Router hook={location.hook}>
      <RoomsPage appointments={appointments} rest={rest} />
    </Router>,
  );
  return location;
}

test("who administers one organization finds its rooms, and the way to what decides about each", async () => {
  open(ministry);
  const row = await screen.findByRole("row", { name: /Budget 2027/ });
  expect(within(row).getByRole("link", { name: "Budget 2027" }).getAttribute("href")).toBe("/admin/policies/rooms/aaa-bbbb-ccc");
  expect(within(row).getByRole("link", { name: "Camille Martin" }).getAttribute("href")).toBe("/admin/people/p1");
  expect(within(row).getByRole("link", { name: "Réunion en cours" }).getAttribute("href")).toBe("/admin/live/r1");
  expect(within(row).getByRole("link", { name: "Audiences" }).getAttribute("href")).toBe("/admin/policies/o1/templates/t1");
  within(row).getByText("aaa-bbbb-ccc");
  const nobodys = screen.getByRole("row", { name: /Ancienne/ });
  expect(within(nobodys).getByRole("link", { name: /Personne/ }).getAttribute("href")).toBe("/admin/organizations/o1/offices");
});

test("who only reads is not led to holds, nor who administers another organization", async () => {
  for (const appointments of [platform, [...platform, { role: "org-admin", organization: "o9" }] as Appointment[]]) {
    open(appointments, "o1");
    await screen.findByRole("row", { name: /Budget 2027/ });
    expect(screen.queryByRole("link", { name: /gel/ })).toBeNull();
    cleanup();
  }
});

test("who administers the organization is led from a room to a hold on it", async () => {
  open(ministry);
  expect((await screen.findByRole("link", { name: /^Poser un gel.*Budget 2027$/ })).getAttribute("href")).toBe("/admin/privacy/holds/aaa-bbbb-ccc");
});

test("only a room that somebody can be given is offered to be handed over", async () => {
  const planned = { ...orphan, id: "r3", name: "Point", dedicated: true };
  const closed = { ...orphan, id: "r4", name: "Close", archivedAt: "2026-11-21T09:00:00Z" };
  open(ministry, "", { "GET /api/v1/organizations/o1/rooms": () => json({ items: [planned, closed] }) });
  within(await screen.findByRole("row", { name: /Point/ })).getByText("Qui organise la réunion");
  within(screen.getByRole("row", { name: /Close/ })).getByText("Personne");
  expect(screen.queryByRole("link", { name: /remettre/ })).toBeNull();
});

test("the list is narrowed by what is typed and chosen", async () => {
  const asked: string[] = [];
  open(ministry, "", {
    "GET /api/v1/organizations/o1/rooms": (request) => {
      asked.push(new URL(request.url).search);
      return json({ items: [] });
    },
  });
  await screen.findByText("Cet organisme n’a aucune salle.");
  await userEvent.selectOptions(screen.getByLabelText("Afficher"), "Salles sans propriétaire");
  await userEvent.selectOptions(await screen.findByLabelText("Service"), "Direction du budget");
  await userEvent.selectOptions(await screen.findByLabelText("Modèle"), "Audiences");
  await userEvent.type(screen.getByLabelText("Nom ou code"), "bud");
  await screen.findByText("Aucune salle ne correspond.");
  await vi.waitFor(() => {
    expect(asked.at(-1)).toBe("?ownerless=true&q=bud&template=t1&unit=u1");
  });
});

test("who administers the platform chooses an organization first", async () => {
  const location = open(platform);
  await userEvent.type(screen.getByLabelText("Organisme"), "fin");
  await userEvent.click(await screen.findByRole("button", { name: "Finances" }));
  expect(location.history.at(-1)).toBe("/admin/rooms/o1");
});

test("the rooms of others are refused", async () => {
  open(ministry, "o2", {
    "GET /api/v1/organizations/o2": () => problem(404, "organization-not-found"),
    "GET /api/v1/organizations/o2/rooms": () => problem(404, "organization-not-found"),
    "GET /api/v1/organizations/o2/units": () => problem(404, "organization-not-found"),
    "GET /api/v1/organizations/o2/templates": () => problem(404, "organization-not-found"),
  });
  await screen.findByRole("alert");
  expect(screen.queryByRole("table")).toBeNull();
});
