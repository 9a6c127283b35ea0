import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { json, problem, serve, show } from "../../../test/render";
import { sections } from "../sections";
import { AuditPage } from "./AuditPage";
import { queryOf, usualFilter } from "./filter";

const everywhere = [{ role: "auditor" as const }];
const locked = {
  id: "a1", at: "2026-11-20T09:00:00Z", organization: "o1", action: "room.moderated", actor: "person:0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13",
  subject: "room:0198a5c2-8d3e-7a21-b4c5-6d7e8f901234", result: "done", requestId: "REQ9", name: "Camille Martin", email: "camille@finances.example",
  network: "192.0.2.0/24", data: { act: "lock" }, batch: 4711, position: 3,
};
const refused = {
  id: "a2", at: "2026-11-20T08:00:00Z", organization: "o1", action: "sign-in.refused", actor: "nobody:", subject: "", result: "refused", code: "forbidden",
  data: { count: 12 }, batch: 4710, position: 0,
};
const seal = { batch: 4711, root: "9f2c8d", sealedAt: "2026-11-20T09:00:01Z", waiting: 3, keyId: "8b1d6a0c", publicKey: "PEM" };

function trail(items: object[], asked: URLSearchParams[] = [], more: object = {}) {
  return serve({
    "GET /api/v1/audit": (request) => {
      asked.push(new URL(request.url).searchParams);
      return json({ items, ...more });
    },
    "GET /api/v1/audit/seal": () => json(seal),
    "GET /api/v1/admin/people": () => json({ items: [{ id: "p7", name: "Louise Petit", email: "louise@finances.example", organization: { id: "o1", name: "Finances" }, createdAt: "2026-01-01T09:00:00Z" }] }),
    "GET /api/v1/organizations": () => json({ items: [{ id: "o1", name: "Finances" }] }),
  });
}

test("support does not come to the trail", () => {
  expect(sections.find((one) => one.path === "audit")?.needs).toEqual(["platform-admin", "org-admin", "auditor"]);
});

test("a search that is refused says so, and shows no rows", async () => {
  serve({ "GET /api/v1/audit": () => problem(403, "forbidden"), "GET /api/v1/audit/seal": () => problem(503, "database-unavailable") });
  show(<AuditPage appointments={everywhere} rest="" />);
  await vi.waitFor(() => {
    expect(screen.getAllByRole("alert")).toHaveLength(2);
  });
  expect(screen.queryByRole("table")).toBeNull();
});

test("who answers for one organization chooses none", async () => {
  trail([]);
  show(<AuditPage appointments={[{ role: "org-admin", organization: "o1" }]} rest="" />);
  await screen.findByText("Rien ne correspond pendant cette période.");
  expect(screen.queryByLabelText("Organisme")).toBeNull();
});

test("a row says when, who, what and how it ended", async () => {
  trail([locked, refused]);
  show(<AuditPage appointments={everywhere} rest="" />);
  const table = within(await screen.findByRole("region", { name: "Actes trouvés" }));
  const [, first, second] = table.getAllByRole("row");
  expect(first?.textContent).toMatch(/Camille Martin.*Une salle a été verrouillée\..*salle …8f901234.*fait/);
  expect(second?.textContent).toMatch(/sans connexion.*Une connexion a été refusée\..*refusé.*compté 12 fois.*forbidden/);
});

test("of somebody without a name their kind and the end of their id are said, and of somebody erased that they are", async () => {
  const nameless = { ...locked, name: "" };
  trail([
    { ...nameless, id: "b1" },
    { ...nameless, id: "b2", erased: true },
    { ...nameless, id: "b3", actor: "system:clock" },
    { ...nameless, id: "b4", actor: "oracle:7", action: "oracle.spoke", subject: "oracle:7" },
  ]);
  show(<AuditPage appointments={everywhere} rest="" />);
  await screen.findByText("personne …5e8c0d13");
  screen.getByText("personne effacée");
  screen.getByText("la plateforme (clock)");
  expect(screen.getByRole("button", { name: /oracle\.spoke/ })).toBeDefined();
});

test("the trail is searched when somebody asks, since each search is a row of it", async () => {
  const asked: URLSearchParams[] = [];
  trail([locked], asked);
  show(<AuditPage appointments={everywhere} rest="" />);
  await screen.findByRole("table");
  await userEvent.selectOptions(screen.getByLabelText("Acte"), "Une connexion a été refusée.");
  await userEvent.selectOptions(screen.getByLabelText("Résultat"), "refusé");
  await userEvent.type(screen.getByLabelText("Qui a agi"), "lou");
  await userEvent.click(await screen.findByRole("button", { name: /Louise Petit/ }));
  await userEvent.type(screen.getByLabelText("Organisme"), "fin");
  await userEvent.click(await screen.findByRole("button", { name: /Finances/ }));
  expect(asked).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Chercher" }));
  await vi.waitFor(() => {
    expect(asked).toHaveLength(2);
  });
  expect(Object.fromEntries(asked[1] ?? [])).toMatchObject({ action: "sign-in.refused", result: "refused", actor: "person:p7", organization: "o1" });
  await userEvent.click(screen.getByRole("button", { name: "Chercher" }));
  await vi.waitFor(() => {
    expect(asked).toHaveLength(3);
  });
  const file = (await screen.findByRole("link", { name: /Télécharger/ })).getAttribute("href") ?? "";
  expect(file).toMatch(/^\/api\/v1\/audit\/export\?/);
  expect(file).toContain("actor=person%3Ap7");
});

test("a row opens with whole ids, and leads to all that its actor did", async () => {
  const asked: URLSearchParams[] = [];
  trail([locked], asked);
  show(<AuditPage appointments={everywhere} rest="" />);
  await userEvent.click(await screen.findByRole("button", { name: /verrouillée/ }));
  const dialog = within(screen.getByRole("dialog"));
  for (const text of ["room:0198a5c2-8d3e-7a21-b4c5-6d7e8f901234", "192.0.2.0/24", "REQ9", "4711, à la place 3", "camille@finances.example"]) dialog.getByText(text);
  await userEvent.click(dialog.getByRole("button", { name: "Tout ce que cet auteur a fait" }));
  await screen.findByText("Seulement : Camille Martin");
  await vi.waitFor(() => {
    expect(asked.at(-1)?.get("actor")).toBe(locked.actor);
  });
  await userEvent.click(screen.getByRole("button", { name: "Ne plus limiter" }));
  await vi.waitFor(() => {
    expect(asked.at(-1)?.has("actor")).toBe(false);
  });
});

test("a long answer goes on where it stopped", async () => {
  const asked: URLSearchParams[] = [];
  trail([locked], asked, { next: "NEXT" });
  show(<AuditPage appointments={everywhere} rest="" />);
  await userEvent.click(await screen.findByRole("button", { name: "Voir la suite" }));
  await vi.waitFor(() => {
    expect(asked.at(-1)?.get("cursor")).toBe("NEXT");
  });
});

test("the anchor is there to be copied, with the command that verifies it", async () => {
  trail([]);
  const user = userEvent.setup();
  show(<AuditPage appointments={everywhere} rest="" />);
  await screen.findByText("parvis audit verify --anchor 4711:9f2c8d");
  await user.click(screen.getByRole("button", { name: "Copier l’ancre" }));
  await screen.findByText("Ancre copiée");
  expect(await navigator.clipboard.readText()).toBe("4711:9f2c8d");
});

test("entries that nobody seals are a warning", async () => {
  trail([]);
  serve({ "GET /api/v1/audit": () => json({ items: [] }), "GET /api/v1/audit/seal": () => json({ batch: 0, waiting: 10_000, keyId: "k", publicKey: "PEM" }) });
  show(<AuditPage appointments={everywhere} rest="" />);
  await screen.findByText(/Beaucoup d’actes attendent/);
  screen.getByText("Rien n’est encore scellé.");
  screen.getByText(/ou plus/);
});

test("both days of a period are in it", () => {
  const filter = usualFilter(new Date(2026, 10, 20, 15));
  expect([filter.from, filter.to]).toEqual(["2026-11-14", "2026-11-20"]);
  expect(queryOf(filter)).toEqual({ from: new Date(2026, 10, 14).toISOString(), to: new Date(2026, 10, 21).toISOString() });
  expect(queryOf({ ...filter, from: "", to: "" })).toEqual({});
});
