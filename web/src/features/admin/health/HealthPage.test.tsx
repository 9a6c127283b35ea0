import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, serve, show } from "../../../test/render";
import { HealthPage } from "./HealthPage";
import { wrongs } from "./wrong";

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

test("what is wrong, what to do and what was wrong before are said in the language of the page", async () => {
  const wrong = { code: "schema-older", values: { have: "3", want: "4" } };
  const late = { code: "work-waits", values: { n: "12", since } };
  serve({
    "GET /api/v1/health/dependencies": answer([
      { name: "schema", state: "failing", since, latencyMs: 1, detail: "The schema is at version 3", remedy: "Run parvis migrate", wrong },
      { name: "workers", state: "ok", since, latencyMs: 1, lastError: "12 tasks wait", lastErrorAt: since, lastWrong: late },
    ]),
  });
  show(<HealthPage />);
  await screen.findByText("Le schéma est à la version 3, ce programme attend la 4.");
  screen.getByText("Lancez parvis migrate.");
  screen.getByText(/Travaux en attente\s: 12, le plus ancien depuis le 20 novembre 2026/);
  expect(screen.queryByText(/The schema is|Run parvis|12 tasks/)).toBeNull();
});

test("of what a newer server knows its own English is shown, and marked as such", async () => {
  serve({ "GET /api/v1/health/dependencies": answer([{ ...media, wrong: { code: "media-on-fire" } }]) });
  show(<HealthPage />);
  expect((await screen.findByText("LiveKit's API does not accept us")).getAttribute("lang")).toBe("en");
  expect(screen.getByText("Check the key").getAttribute("lang")).toBe("en");
});

test("the console has words for everything that the server says is wrong", () => {
  const files = import.meta.glob<string>(["../../../../../cmd/parvis/doctor/*.go", "!../../../../../cmd/parvis/doctor/*_test.go"], { query: "?raw", import: "default", eager: true });
  const there = [...Object.values(files).join("\n").matchAll(/(?:named\(|Name\{Code: )"([a-z-]+)"/g)].map((match) => match[1] ?? "");
  expect(there.length).toBeGreaterThan(15);
  expect([...wrongs].sort()).toEqual([...new Set(there)].sort());
});

test("who administers one organization is refused", async () => {
  serve({ "GET /api/v1/health/dependencies": () => problem(403, "forbidden") });
  show(<HealthPage />);
  expect((await screen.findByRole("alert")).textContent).not.toBe("");
});
