import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import { treeOf, withAllBelow } from "./tree";
import { Units } from "./Units";

afterEach(() => {
  vi.unstubAllGlobals();
});

const unit = (id: string, name: string, parent?: string) => ({ id, name, etag: '"1"', createdAt: "2026-01-01T09:00:00Z", ...(parent === undefined ? {} : { parent }) });
const budget = unit("u1", "Direction du budget");
const office = unit("u2", "Bureau 2", "u1");
const tenth = unit("u3", "Bureau 10", "u1");
const path = "/admin/organizations/o1/units";
const all = { "GET /api/v1/organizations/o1/units": () => json({ items: [tenth, budget, office] }) };

function open(may: boolean, answers: Answers = all) {
  const asked = serve(answers);
  show(<Units organization="o1" may={may} path={path} />);
  return asked;
}

test("who only reads sees the tree and no button", async () => {
  open(false);
  const top = (await screen.findByText("Direction du budget")).closest("li") ?? document.body;
  expect(within(top).getAllByRole("listitem").map((one) => one.textContent)).toEqual(["Bureau 2", "Bureau 10"]);
  expect(screen.queryByRole("button")).toBeNull();
});

test("a unit is not offered a place below itself, and the server’s refusal of one is told", async () => {
  open(true, { ...all, "PATCH /api/v1/organizations/o1/units/u1": () => problem(409, "conflict") });
  await userEvent.click(await screen.findByRole("button", { name: /^Déplacer.*Direction du budget$/ }));
  const places = screen.getByLabelText<HTMLSelectElement>("Placer sous");
  expect([...places.options].filter((one) => !one.disabled).map((one) => one.text)).toEqual(["Tout en haut"]);
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Déplacer" }));
  expect((await screen.findByRole("alert")).textContent).toContain("ne peut pas être placé sous lui-même");
});

test("a unit with others below it stays, and why", async () => {
  open(true, { ...all, "DELETE /api/v1/organizations/o1/units/u1": () => problem(409, "conflict") });
  await userEvent.click(await screen.findByRole("button", { name: /^Supprimer.*Direction du budget$/ }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Supprimer" }));
  expect((await screen.findByRole("alert")).textContent).toContain("D’autres services dépendent de celui-ci");
});

test("a unit that somebody else changed is read again", async () => {
  let name = "Bureau 2";
  open(true, {
    "GET /api/v1/organizations/o1/units": () => json({ items: [budget, { ...office, name }] }),
    "PATCH /api/v1/organizations/o1/units/u2": () => {
      name = "Bureau des marchés";
      return problem(412, "version-changed");
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: /^Renommer.*Bureau 2$/ }));
  await userEvent.type(screen.getByLabelText("Nom du service"), " bis");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Renommer" }));
  await userEvent.click(await screen.findByRole("button", { name: "Relire" }));
  await screen.findByText("Bureau des marchés");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a unit that is gone is told, and the others are read again", async () => {
  let left = [budget, office];
  open(true, {
    "GET /api/v1/organizations/o1/units": () => json({ items: left }),
    "PATCH /api/v1/organizations/o1/units/u2": () => {
      left = [budget];
      return problem(404, "unit-not-found");
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: /^Renommer.*Bureau 2$/ }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Renommer" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Ce service n’existe pas");
  await userEvent.click(screen.getByRole("button", { name: "Relire" }));
  await vi.waitFor(() => {
    expect(screen.queryByText("Bureau 2")).toBeNull();
  });
});

test("units are added below another one, renamed, moved and deleted", async () => {
  const sent: unknown[] = [];
  const keep = async (request: Request) => {
    sent.push([request.method, new URL(request.url).pathname.split("/").at(-1), request.headers.get("If-Match"), request.method === "DELETE" ? undefined : await request.json()]);
    return request.method === "DELETE" ? json(undefined, 204) : json(office);
  };
  open(true, {
    ...all,
    "POST /api/v1/organizations/o1/units": keep,
    "PATCH /api/v1/organizations/o1/units/u2": keep,
    "DELETE /api/v1/organizations/o1/units/u2": keep,
  });
  const act = async (button: RegExp, confirm: string, fill?: () => Promise<void>) => {
    await userEvent.click(await screen.findByRole("button", { name: button }));
    await fill?.();
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: confirm }));
    await vi.waitFor(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
  };
  await act(/^Ajouter un service dans.*budget$/, "Ajouter un service", () => userEvent.type(screen.getByLabelText("Nom du service"), "Bureau 3"));
  await act(/^Renommer.*Bureau 2$/, "Renommer", () => userEvent.type(screen.getByLabelText("Nom du service"), " bis"));
  await act(/^Déplacer.*Bureau 2$/, "Déplacer", () => userEvent.selectOptions(screen.getByLabelText("Placer sous"), "Tout en haut"));
  await act(/^Déplacer.*Bureau 2$/, "Déplacer", () => userEvent.selectOptions(screen.getByLabelText("Placer sous"), "Direction du budget › Bureau 10"));
  await act(/^Supprimer.*Bureau 2$/, "Supprimer");
  expect(sent).toEqual([
    ["POST", "units", null, { name: "Bureau 3", parent: "u1" }],
    ["PATCH", "u2", '"1"', { name: "Bureau 2 bis" }],
    ["PATCH", "u2", '"1"', { parent: null }],
    ["PATCH", "u2", '"1"', { parent: "u3" }],
    ["DELETE", "u2", null, undefined],
  ]);
});

test("no unit is lost, even when the one above it is not there", () => {
  expect(treeOf([unit("a", "A", "gone"), unit("b", "B")], "fr").map((one) => one.unit.id)).toEqual(["a", "b"]);
  expect([...withAllBelow([budget, office, tenth, unit("u4", "C", "u2")], "u1")].sort()).toEqual(["u1", "u2", "u3", "u4"]);
});
