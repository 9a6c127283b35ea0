import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { config, jeanne, json, nobody, serve, show } from "../../test/render";
import { AccountPage } from "./AccountPage";
import { deviceOf } from "./device";

afterEach(() => {
  vi.unstubAllGlobals();
});

const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
const signIn = (id: string, current: boolean) => ({
  id,
  current,
  createdAt: "2026-01-01T09:00:00Z",
  lastSeenAt: "2026-01-01T09:00:00Z",
  expiresAt: "2026-01-01T21:00:00Z",
  userAgent: chrome,
  network: "10.0.0.0/24",
});

test("somebody who is not signed in is asked to be", async () => {
  serve({ "GET /api/v1/config": () => json(config), "GET /api/v1/me": () => json(nobody) });
  show(<AccountPage />);
  expect(await screen.findByRole("link", { name: "Se connecter" })).toBeDefined();
});

test("another device is closed with one click, this one only with all", async () => {
  let items = [signIn("s1", true), signIn("s2", false)];
  serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/sign-ins": () => json({ items }),
    "DELETE /api/v1/sign-ins/s2": () => {
      items = items.slice(0, 1);
      return json(null, 204);
    },
  });
  show(<AccountPage />);
  const close = await screen.findByRole("button", { name: /^Fermer cette session.+Chrome sur Linux$/ });
  expect(screen.getAllByText("Cet appareil")).toHaveLength(1);
  await userEvent.click(close);
  await vi.waitFor(() => {
    expect(screen.queryByRole("button", { name: /Fermer cette session/ })).toBeNull();
  });
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Sessions ouvertes" }));
});

test("everywhere asks first", async () => {
  const fetch = serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/sign-ins": () => json({ items: [signIn("s1", true)] }),
  });
  show(<AccountPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Se déconnecter partout" }));
  expect(screen.getByRole("dialog")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Annuler" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(fetch.mock.calls.some(([input]) => typeof input !== "string" && input.method === "DELETE")).toBe(false);
});

test("somebody gets a copy of their data, and reads why when there is none", async () => {
  let answer = () => new Response("PK", { headers: { "Content-Disposition": 'attachment; filename="parvis-export-2026-11-20.zip"' } });
  serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/sign-ins": () => json({ items: [] }),
    "GET /api/v1/me/export": () => answer(),
  });
  const kept: string[] = [];
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:copy", revokeObjectURL: () => undefined }));
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    kept.push(this.download);
  });
  show(<AccountPage />);
  const button = await screen.findByRole("button", { name: "Télécharger mes données" });
  await userEvent.click(button);
  expect(await screen.findByText("L’archive est téléchargée.")).toBeDefined();
  expect(kept).toEqual(["parvis-export-2026-11-20.zip"]);
  answer = () => json({ code: "too-many-requests", status: 429 }, 429);
  await userEvent.click(screen.getByRole("button", { name: "Télécharger mes données" }));
  expect(await screen.findByRole("alert")).toBeDefined();
  expect(kept).toHaveLength(1);
});

test.each([
  [chrome, "Chrome", "Linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140", "Edge", "Windows"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604", "Safari", "iPhone"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "macOS"],
  ["curl/8", "", ""],
])("%s", (userAgent, browser, system) => {
  expect(deviceOf(userAgent)).toEqual({ browser, system });
});
