import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { config, jeanne, json, nobody, problem, room, serve, show } from "../../test/render";
import { HomePage } from "./HomePage";

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

const base = { "GET /api/v1/config": () => json(config), "GET /api/v1/agenda": () => json({ items: [] }) };

test("somebody without account may join and sign in, nothing else", async () => {
  serve({ ...base, "GET /api/v1/me": () => json(nobody) });
  show(<HomePage />);
  expect(await screen.findByRole("link", { name: "Se connecter" })).toHaveProperty("pathname", "/auth/login");
  expect(screen.queryByRole("button", { name: "Démarrer une réunion" })).toBeNull();
  await userEvent.type(screen.getByLabelText("Rejoindre avec un code ou un lien"), "n’importe quoi");
  await userEvent.click(screen.getByRole("button", { name: "Rejoindre" }));
  expect(screen.getByRole("alert").textContent).toContain("abc-defg-hij");
  expect(location.pathname).toBe("/");
});

test("a pasted link of ours leads to its room", async () => {
  serve({ ...base, "GET /api/v1/me": () => json(nobody) });
  show(<HomePage />);
  await userEvent.type(await screen.findByRole("textbox"), `${location.origin}/abc-defg-hij{Enter}`);
  expect(location.pathname).toBe("/abc-defg-hij");
});

test("a server that is away is said, and asked again on request", async () => {
  const fetch = serve({ ...base, "GET /api/v1/me": () => problem(503, "database-unavailable") });
  show(<HomePage />);
  expect((await screen.findByRole("alert")).textContent).toContain("indisponible");
  const asked = fetch.mock.calls.length;
  await userEvent.click(screen.getByRole("button", { name: "Réessayer" }));
  expect(fetch.mock.calls.length).toBeGreaterThan(asked);
});

test("who has no room yet reads what to do", async () => {
  serve({ ...base, "GET /api/v1/me": () => json(jeanne), "GET /api/v1/rooms": () => json({ items: [] }) });
  show(<HomePage />);
  expect(await screen.findByText(/Vous n’avez pas encore de salle/)).toBeDefined();
});

test("starting a meeting makes one room, with a key against doubles, and goes to its door", async () => {
  let made: Request | undefined;
  const fetch = serve({
    ...base,
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/rooms": () => json({ items: [room] }),
    "POST /api/v1/rooms": (request) => {
      made = request;
      return json(room, 201);
    },
  });
  show(<HomePage />);
  await userEvent.dblClick(await screen.findByRole("button", { name: "Démarrer une réunion" }));
  expect(location.pathname).toBe("/abc-defg-hij");
  expect(fetch.mock.calls.filter(([input]) => typeof input !== "string" && input.method === "POST")).toHaveLength(1);
  expect(made?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
  expect(await made?.json()).toEqual({ name: "Réunion de Jeanne Morel", language: "fr" });
});
