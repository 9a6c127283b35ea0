import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { jeanne, json, problem, serve, show } from "../../../test/render";
import { elevateHref } from "../elevation";
import { PeoplePage } from "./PeoplePage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const camille = { id: "p1", name: "Camille Martin", email: "camille@finances.example", organization: { id: "o1", name: "Finances" }, createdAt: "2026-01-01T09:00:00Z" };
const louise = { ...camille, id: "p2", name: "Louise Petit", email: "louise@finances.example" };

async function close() {
  await userEvent.click(await screen.findByRole("button", { name: /^Fermer le compte.*Camille Martin$/ }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Fermer le compte" }));
}

test("who only reads closes no account", async () => {
  serve({ "GET /api/v1/admin/people": () => json({ items: [camille] }) });
  show(<PeoplePage appointments={[{ role: "support" }]} rest="" />);
  await screen.findByText("Camille Martin");
  expect(screen.queryByRole("button")).toBeNull();
});

test("the list offers to close no account that one only reads, nor one’s own", async () => {
  const own = { ...camille, id: jeanne.person.id, name: "Jeanne Morel" };
  const other = { ...camille, id: "p3", name: "Amine Benali", organization: { id: "o2", name: "Intérieur" } };
  serve({ "GET /api/v1/me": () => json(jeanne), "GET /api/v1/admin/people": () => json({ items: [{ ...camille, id: "p9" }, own, other] }) });
  show(<PeoplePage appointments={[{ role: "org-admin", organization: "o1" }, { role: "auditor", organization: "o2" }]} rest="" />);
  await screen.findByRole("button", { name: /Camille Martin$/ });
  await vi.waitFor(() => {
    expect(screen.getAllByRole("button")).toHaveLength(1);
  });
});

test("closing an account without a fresh sign-in leads to one and back", async () => {
  serve({
    "GET /api/v1/admin/people": () => json({ items: [camille] }),
    "POST /api/v1/admin/people/p1/deactivate": () => problem(403, "elevation-required"),
  });
  show(<PeoplePage appointments={[{ role: "platform-admin" }]} rest="" />);
  await close();
  expect((await screen.findByRole("link", { name: "Confirmer mon identité" })).getAttribute("href")).toBe(elevateHref("/admin/people"));
});

test("an account that was merged stays closed", async () => {
  serve({
    "GET /api/v1/admin/people": () => json({ items: [{ ...camille, deactivatedAt: "2026-11-20T09:00:00Z" }] }),
    "POST /api/v1/admin/people/p1/reactivate": () => problem(409, "conflict"),
  });
  show(<PeoplePage appointments={[{ role: "platform-admin" }]} rest="" />);
  await userEvent.click(await screen.findByRole("button", { name: /^Rouvrir le compte.*Camille Martin$/ }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Rouvrir le compte" }));
  expect((await screen.findByRole("alert")).textContent).toContain("il reste fermé");
});

test("an account is closed after a question, and can be opened again", async () => {
  let closed = false;
  serve({
    "GET /api/v1/admin/people": () => json({ items: [{ ...camille, ...(closed ? { deactivatedAt: "2026-11-20T09:00:00Z" } : {}) }] }),
    "POST /api/v1/admin/people/p1/deactivate": () => {
      closed = true;
      return json({ person: camille, appointments: [] });
    },
  });
  show(<PeoplePage appointments={[{ role: "org-admin", organization: "o1" }]} rest="" />);
  await close();
  await screen.findByText("Compte fermé");
  await screen.findByRole("button", { name: /^Rouvrir le compte.*Camille Martin$/ });
});

test("a long list is shown a page after the other", async () => {
  const asked: (string | null)[] = [];
  serve({
    "GET /api/v1/admin/people": (request) => {
      const cursor = new URL(request.url).searchParams.get("cursor");
      asked.push(cursor);
      return cursor === null ? json({ items: [camille], next: "c2" }) : json({ items: [louise] });
    },
  });
  show(<PeoplePage appointments={[{ role: "support" }]} rest="" />);
  expect((await screen.findByRole("link", { name: "Camille Martin" })).getAttribute("href")).toBe("/admin/people/p1");
  await userEvent.click(screen.getByRole("button", { name: "Afficher la suite" }));
  await screen.findByText("Louise Petit");
  screen.getByText("Camille Martin");
  expect(screen.queryByRole("button", { name: "Afficher la suite" })).toBeNull();
  expect(asked).toEqual([null, "c2"]);
});

test("a fresh sign-in comes back to the page that asked", () => {
  expect(elevateHref("/admin/people")).toBe("/auth/login?elevate=1&returnTo=%2Fadmin%2Fpeople");
});
