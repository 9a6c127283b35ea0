import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, serve, show } from "../../../test/render";
import { HealthPage } from "./HealthPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const since = "2026-11-20T09:00:00Z";
const database = { name: "database", state: "ok", since, latencyMs: 2, detail: "answers" };
const media = {
  name: "media",
  state: "failing",
  since,
  latencyMs: 4000,
  detail: "LiveKit's API does not accept us",
  remedy: "Check the key",
  lastError: "LiveKit's API does not accept us",
  lastErrorAt: since,
};
const versions = { program: "1.2.3", go: "go1.26.0", schema: 24 };
const answer = (dependencies: object[]) => () => json({ checkedAt: since, dependencies, versions });

test("what fails says so, and what answers stands beside it", async () => {
  serve({ "GET /api/v1/health/dependencies": answer([database, media, { name: "provider", instance: "proconnect", state: "ok", since, latencyMs: 9 }, { name: "redis", state: "off", latencyMs: 0 }]) });
  show(<HealthPage />);
  await screen.findByText("À réparer\u00a0: 1", { normalizer: (text) => text });
  const [first, second, third, fourth] = screen.getAllByRole("listitem");
  within(first as HTMLElement).getByText("répond");
  within(second as HTMLElement).getByText(/Le serveur de média ne répond pas/);
  within(second as HTMLElement).getByText("Check the key");
  within(third as HTMLElement).getByText("Fournisseur d’identité proconnect");
  within(fourth as HTMLElement).getByText("non utilisé");
  screen.getByText("1.2.3");
  expect(screen.getAllByText("inconnu")).toHaveLength(2);
});

test("what was mended still says what it was", async () => {
  serve({ "GET /api/v1/health/dependencies": answer([{ ...media, state: "ok", detail: "a join was answered" }]) });
  show(<HealthPage />);
  await screen.findByText("Tout répond.");
  screen.getByText(/Dernière panne à/);
});

test("who administers one organization is refused", async () => {
  serve({ "GET /api/v1/health/dependencies": () => problem(403, "forbidden") });
  show(<HealthPage />);
  expect((await screen.findByRole("alert")).textContent).not.toBe("");
});
