import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, serve, show } from "../../../test/render";
import { elevateHref } from "../elevation";
import { PeoplePage } from "./PeoplePage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const camille = { id: "p1", name: "Camille Martin", email: "camille@finances.example", organization: { id: "o1", name: "Finances" }, createdAt: "2026-01-01T09:00:00Z" };

test("who only reads closes no account", async () => {
  serve({ "GET /api/v1/admin/people": () => json({ items: [camille] }) });
  show(<PeoplePage appointments={[{ role: "support" }]} rest="" />);
  await screen.findByText("Camille Martin");
  expect(screen.queryByRole("button")).toBeNull();
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
  await userEvent.click(await screen.findByRole("button", { name: /^Fermer le compte.*Camille Martin$/ }));
  await userEvent.click(screen.getByRole("button", { name: "Fermer le compte" }));
  await screen.findByText("Compte fermé");
  await screen.findByRole("button", { name: /^Rouvrir le compte.*Camille Martin$/ });
});

test("a fresh sign-in comes back to the page that asked", () => {
  expect(elevateHref("/admin/people")).toBe("/auth/login?elevate=1&returnTo=%2Fadmin%2Fpeople");
});
