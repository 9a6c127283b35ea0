import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Route, Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import { PeoplePage } from "./PeoplePage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const old = { id: "p1", name: "Camille Martin", email: "camille@finances.example", organization: { id: "o1", name: "Finances" }, createdAt: "2026-01-01T09:00:00Z" };
const recent = { ...old, id: "p2", email: "camille@interieur.example", organization: { id: "o2", name: "Intérieur" } };
const preview = { person: old, into: recent, identities: 1, rooms: 12, meetings: 3, agenda: 8, offices: 2, roles: [{ role: "org-admin", organization: { id: "o1", name: "Finances" } }] };
const seen = (body: object, etag = '"7"') => json(body, 200, { ETag: etag });

function open(rest: string, answers: Answers) {
  serve({
    "GET /api/v1/admin/people/p1": () => json({ person: old, appointments: [] }),
    "GET /api/v1/admin/people/p1/merge": () => seen(preview),
    ...answers,
  });
  const location = memoryLocation({ path: `/admin/people/${rest}`, record: true });
  show(
    <Router hook={location.hook}>
      <Route path="/admin/people/p1/*">{(params) => <PeoplePage appointments={[{ role: "platform-admin" }]} rest={`p1/${params["*"]}`} />}</Route>
    </Router>,
  );
  return location;
}

async function merge() {
  await userEvent.click(await screen.findByRole("button", { name: "Fusionner pour de bon" }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Fusionner pour de bon" }));
}

test("a preview without a fresh sign-in leads to one and back to it", async () => {
  open("p1/merge/p2", { "GET /api/v1/admin/people/p1/merge": () => problem(403, "elevation-required") });
  await screen.findByText(/^Fusionner le compte.*Camille Martin$/);
  const way = await screen.findByRole("link", { name: "Confirmer mon identité" });
  expect(way.getAttribute("href")).toBe("/auth/login?elevate=1&returnTo=%2Fadmin%2Fpeople%2Fp1%2Fmerge%2Fp2");
  expect(screen.queryByRole("button", { name: "Fusionner pour de bon" })).toBeNull();
});

test("an account that is closed takes nothing in", async () => {
  open("p1/merge/p2", { "GET /api/v1/admin/people/p1/merge": () => problem(409, "conflict") });
  expect((await screen.findByRole("alert")).textContent).toContain("ne peuvent pas être fusionnés");
  expect(screen.queryByRole("button", { name: "Fusionner pour de bon" })).toBeNull();
});

test("an account of others is not found", async () => {
  open("p1/merge/p9", { "GET /api/v1/admin/people/p1/merge": () => problem(404, "person-not-found") });
  expect((await screen.findByRole("alert")).textContent).toContain("introuvable");
});

test("what has changed since the preview is not merged, but shown again", async () => {
  let rooms = 12;
  open("p1/merge/p2", {
    "GET /api/v1/admin/people/p1/merge": () => seen({ ...preview, rooms }, `"${String(rooms)}"`),
    "POST /api/v1/admin/people/p1/merge": () => {
      rooms = 13;
      return problem(412, "version-changed");
    },
  });
  await merge();
  await userEvent.click(await screen.findByRole("button", { name: "Relire" }));
  await screen.findByText("13");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("an account is found, what moves is shown, and it is merged after a question", async () => {
  const sent: unknown[] = [];
  const location = open("p1/merge", {
    "GET /api/v1/admin/people": () => json({ items: [old, recent] }),
    "POST /api/v1/admin/people/p1/merge": async (request) => {
      sent.push(request.headers.get("If-Match"), await request.json());
      return json({ person: recent, appointments: [] });
    },
  });
  await userEvent.type(await screen.findByLabelText("Le compte qui reste"), "camille");
  const [choose, ...others] = await screen.findAllByRole("button", { name: /^Camille Martin/ });
  expect(others).toEqual([]);
  if (choose !== undefined) await userEvent.click(choose);
  await screen.findByText("Rôles dans des salles");
  screen.getByText("12");
  screen.getByText("Ce compte est fermé pour de bon");
  const roles = screen.getByText("Rôles d’administration qui prennent fin").parentElement;
  expect(roles?.textContent).toContain("Finances");
  await userEvent.click(screen.getByRole("button", { name: "Fusionner pour de bon" }));
  screen.getByText(/Tout passe au compte de Camille Martin \(camille@interieur\.example\)/);
  expect(sent).toEqual([]);
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Fusionner pour de bon" }));
  await vi.waitFor(() => {
    expect(location.history.at(-1)).toBe("/admin/people/p2");
  });
  expect(sent).toEqual(['"7"', { into: "p2" }]);
});
