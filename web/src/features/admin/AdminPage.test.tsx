import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { json, problem, serve, show } from "../../test/render";
import { AdminPage } from "./AdminPage";

// jsdom lays nothing out: the chart has no size, and draws nothing.
class Unseen {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
}
// The page with the chart is heavy: reading it is no part of what a test waits for.
beforeAll(() => import("./usage"));
beforeEach(() => {
  vi.stubGlobal("ResizeObserver", Unseen);
});

const me = (appointments?: object[]) => () => json({ kind: "person", name: "Camille Martin", assurance: "agent-mfa", ...(appointments ? { appointments } : {}) });
const count = { sessions: 12, participants: 40, minutes: 1200, peak: 9 };
const report = (extra: object = {}) => ({ from: "2026-10-22", to: "2026-11-20", by: "day", total: count, items: [{ date: "2026-11-20", ...count }], ...extra });

function open(path: string, page: string) {
  const location = memoryLocation({ path, record: true });
  show(
    <Router hook={location.hook}>
      <AdminPage path={page} />
    </Router>,
  );
  return location;
}

test("who administers nothing is told so, and what to do", async () => {
  serve({ "GET /api/v1/me": me() });
  open("/admin", "");
  await screen.findByRole("heading", { name: "Vous n’administrez rien ici" });
  expect(screen.queryByRole("navigation")).toBeNull();
});

test("a guest is asked to sign in, and comes back", async () => {
  serve({ "GET /api/v1/me": () => json({ kind: "anonymous", assurance: "unknown" }) });
  open("/admin/usage", "usage");
  expect((await screen.findByRole("link", { name: "Se connecter" })).getAttribute("href")).toContain(encodeURIComponent("/admin/usage"));
});

test("the console begins with the first section that one may see", async () => {
  serve({ "GET /api/v1/me": me([{ role: "support" }]), "GET /api/v1/usage": () => json(report()) });
  const location = open("/admin", "");
  await vi.waitFor(() => {
    expect(location.history.at(-1)).toMatch(/^\/admin\/\w+$/);
  });
});

test("the usage of the platform leads to that of each organization", async () => {
  const asked: string[] = [];
  serve({
    "GET /api/v1/me": me([{ role: "platform-admin" }]),
    "GET /api/v1/usage": (request) => {
      asked.push(new URL(request.url).search);
      return json(report({ organizations: [{ id: "one", name: "Ministère des Finances", ...count }] }));
    },
  });
  open("/admin/usage", "usage");
  const table = await screen.findByRole("region", { name: "Par organisme" });
  expect(within(table).getByRole("link", { name: "Ministère des Finances" }).getAttribute("href")).toBe("/admin/usage/one");
  within(table).getByRole("row", { name: /Ministère des Finances 12 40 20 9/ });
  expect(screen.getByRole("link", { name: "Télécharger (CSV)" }).getAttribute("href")).toContain("format=csv");
  expect(screen.getByRole("link", { name: "Télécharger par organisme (CSV)" }).getAttribute("href")).toContain("rows=organizations&format=csv");
  expect(asked[0]).not.toContain("organization");
  await userEvent.selectOptions(screen.getByLabelText("Période"), "12 derniers mois");
  await vi.waitFor(() => {
    expect(asked.at(-1)).toContain("by=month");
  });
});

test("who administers one organization reads that one alone", async () => {
  const asked: string[] = [];
  serve({
    "GET /api/v1/me": me([{ role: "org-admin", organization: "one" }]),
    "GET /api/v1/usage": (request) => {
      asked.push(new URL(request.url).search);
      return json(report({ organization: "one", organizationName: "Ministère des Finances" }));
    },
  });
  open("/admin/usage", "usage");
  await screen.findByRole("heading", { name: "Ministère des Finances" });
  expect(asked.every((query) => query.includes("organization=one"))).toBe(true);
  expect(screen.queryByRole("region", { name: "Par organisme" })).toBeNull();
});

test("a report that is refused says so", async () => {
  serve({ "GET /api/v1/me": me([{ role: "org-admin", organization: "one" }]), "GET /api/v1/usage": () => problem(404, "organization-not-found") });
  open("/admin/usage", "usage");
  await screen.findByRole("alert");
});
