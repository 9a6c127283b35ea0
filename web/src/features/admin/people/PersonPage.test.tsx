import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { jeanne, json, problem, serve, show, type Answers } from "../../../test/render";
import type { Appointment } from "../roles";
import { PeoplePage } from "./PeoplePage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const camille = {
  id: "p2",
  name: "Camille Martin",
  email: "camille@numerique.example",
  organization: { id: "o2", name: "Agence du numérique" },
  unit: "Direction des données",
  createdAt: "2026-01-01T09:00:00Z",
};
const role = { id: "a1", person: camille, role: "auditor", organization: { id: "o2", name: "Agence du numérique" }, givenAt: "2026-02-01T09:00:00Z" };
const agency = { id: "o2", name: "Agence du numérique", kind: "agency", state: "active", parent: "o1", idpIds: [], domains: [], claims: [], createdAt: camille.createdAt };
const above = { ...agency, id: "o1", name: "Finances", parent: undefined };

const platform: Appointment[] = [{ role: "platform-admin" }];

function open(appointments: Appointment[], answers: Answers = {}, id = "p2") {
  serve({
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/admin/people/p2": () => json({ person: camille, appointments: [role] }),
    "GET /api/v1/organizations/o2": () => json(agency),
    "GET /api/v1/organizations/o1": () => json(above),
    ...answers,
  });
  show(<PeoplePage appointments={appointments} rest={id} />);
}

const confirm = async (button: RegExp, act: string) => {
  await userEvent.click(await screen.findByRole("button", { name: button }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: act }));
};

test("who only reads sees who somebody is, and no button", async () => {
  open([{ role: "auditor" }]);
  await screen.findByText("camille@numerique.example");
  screen.getByText("Direction des données");
  screen.getByText("auditeur");
  expect(screen.getAllByRole("link", { name: "Agence du numérique" })[0]?.getAttribute("href")).toBe("/admin/organizations/o2");
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.queryByRole("link", { name: "Fusionner avec un autre compte" })).toBeNull();
});

test("who administers another organization and reads this one changes nothing here", async () => {
  open([{ role: "org-admin", organization: "o9" }, { role: "support", organization: "o2" }]);
  await screen.findByText("camille@numerique.example");
  expect(screen.queryByRole("button")).toBeNull();
});

test("somebody of others is not found", async () => {
  open(platform, { "GET /api/v1/admin/people/p9": () => problem(404, "person-not-found") }, "p9");
  expect((await screen.findByRole("alert")).textContent).toContain("introuvable");
});

test("nobody closes, merges or takes a role of their own account", async () => {
  const me = { ...camille, id: "p1", name: "Jeanne Morel" };
  open(platform, { "GET /api/v1/admin/people/p1": () => json({ person: me, appointments: [{ ...role, person: me }] }) }, "p1");
  await screen.findByText(/C’est votre compte/);
  expect(screen.queryByRole("button")).toBeNull();
});

test("somebody who administers more is left alone, and why", async () => {
  open([{ role: "org-admin", organization: "o2" }], { "POST /api/v1/admin/people/p2/deactivate": () => problem(403, "forbidden") });
  await confirm(/^Fermer le compte/, "Fermer le compte");
  expect((await screen.findByRole("alert")).textContent).toContain("administre davantage");
});

test("the last administrator of the platform stays", async () => {
  const whole = { ...role, role: "platform-admin", organization: undefined };
  open(platform, {
    "GET /api/v1/admin/people/p2": () => json({ person: camille, appointments: [whole] }),
    "DELETE /api/v1/appointments/a1": () => problem(409, "last-administrator"),
  });
  await screen.findByText("Toute la plateforme");
  await confirm(/^Retirer le rôle/, "Retirer le rôle");
  expect((await screen.findByRole("alert")).textContent).toContain("Nommez d’abord quelqu’un d’autre");
});

test("ending sign-ins without a fresh one leads to one and back", async () => {
  open(platform, { "DELETE /api/v1/admin/people/p2/sign-ins": () => problem(403, "elevation-required") });
  await confirm(/^Fermer les sessions/, "Fermer les sessions");
  expect((await screen.findByRole("link", { name: "Confirmer mon identité" })).getAttribute("href")).toContain(encodeURIComponent("/admin/people/p2"));
});

test("who administers what stands above ends the sign-ins of somebody", async () => {
  let ended = 0;
  open([{ role: "org-admin", organization: "o1" }], {
    "DELETE /api/v1/admin/people/p2/sign-ins": () => {
      ended++;
      return json(undefined, 204);
    },
  });
  await confirm(/^Fermer les sessions/, "Fermer les sessions");
  await screen.findByText("Sessions fermées");
  expect(ended).toBe(1);
});

test("an account is closed, and the page says since when", async () => {
  let closed = false;
  open(platform, {
    "GET /api/v1/admin/people/p2": () => json({ person: { ...camille, ...(closed ? { deactivatedAt: "2026-11-20T09:00:00Z" } : {}) }, appointments: [] }),
    "POST /api/v1/admin/people/p2/deactivate": () => {
      closed = true;
      return json({ person: camille, appointments: [] });
    },
  });
  await confirm(/^Fermer le compte/, "Fermer le compte");
  await screen.findByText("Compte fermé");
  screen.getByText(/20 novembre 2026/);
  screen.getByRole("button", { name: /^Rouvrir le compte/ });
});

test("a role is taken from the page of who holds it", async () => {
  let held = [role];
  open(platform, {
    "GET /api/v1/admin/people/p2": () => json({ person: camille, appointments: held }),
    "DELETE /api/v1/appointments/a1": () => {
      held = [];
      return json(undefined, 204);
    },
  });
  await confirm(/^Retirer le rôle/, "Retirer le rôle");
  await screen.findByText("Cette personne n’administre rien.");
});
