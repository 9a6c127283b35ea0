import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { jeanne, json, problem, serve, show, type Answers } from "../../../test/render";
import { Holders } from "./Holders";

afterEach(() => {
  vi.unstubAllGlobals();
});

const organization = { id: "o1", name: "Finances" };
const person = (id: string, name: string) => ({ id, name, email: `${id}@finances.example`, organization, createdAt: "2026-01-01T09:00:00Z" });
const camille = { id: "a1", person: person("p2", "Camille Martin"), role: "org-admin", organization, givenAt: "2026-02-01T09:00:00Z" };
const me = { id: "a2", person: person("p1", "Jeanne Morel"), role: "auditor", organization, givenAt: "2026-02-01T09:00:00Z" };
const path = "/admin/organizations/o1/administrators";

function open(may: boolean, answers: Answers, whole = false) {
  serve({ "GET /api/v1/me": () => json(jeanne), "GET /api/v1/appointments": () => json({ items: [camille, me] }), ...answers });
  show(<Holders may={may} path={path} {...(whole ? {} : { organization: "o1" })} />);
}

async function take() {
  await userEvent.click(await screen.findByRole("button", { name: /^Retirer le rôle.*Camille Martin$/ }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Retirer le rôle" }));
}

test("who only reads sees who administers, and no button", async () => {
  open(false, {});
  await screen.findByText("Camille Martin");
  screen.getByText("administrateur d’organisme, depuis le 1er février 2026");
  expect(screen.queryByRole("button")).toBeNull();
});

test("nobody is offered their own role to take away", async () => {
  open(true, {});
  await screen.findByRole("button", { name: /Camille Martin$/ });
  await vi.waitFor(() => {
    expect(screen.queryByRole("button", { name: /Jeanne Morel$/ })).toBeNull();
  });
});

test("the last administrator of the platform stays", async () => {
  open(true, { "DELETE /api/v1/appointments/a1": () => problem(409, "last-administrator") }, true);
  await take();
  expect((await screen.findByRole("alert")).textContent).toContain("Nommez d’abord quelqu’un d’autre");
});

test("a role that somebody else took away meanwhile is told", async () => {
  open(true, { "DELETE /api/v1/appointments/a1": () => problem(404, "appointment-not-found") });
  await take();
  expect((await screen.findByRole("alert")).textContent).toContain("Personne ne tient ce rôle");
});

test("taking a role without a fresh sign-in leads to one and back", async () => {
  open(true, { "DELETE /api/v1/appointments/a1": () => problem(403, "elevation-required") });
  await take();
  expect((await screen.findByRole("link", { name: "Confirmer mon identité" })).getAttribute("href")).toContain(encodeURIComponent(path));
});

test("nobody gives more than they hold", async () => {
  open(true, { "GET /api/v1/admin/people": () => json({ items: [person("p3", "Louise Petit")] }), "PUT /api/v1/appointments": () => problem(403, "forbidden") });
  await userEvent.type(await screen.findByLabelText("À qui"), "lou");
  await userEvent.click(await screen.findByRole("button", { name: /^Louise Petit/ }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Donner un rôle" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Vous n’avez pas ce droit");
});

test("an organization has no administrator of the platform, nor the platform one of an organization", async () => {
  open(true, {});
  const names = () => [...screen.getByLabelText<HTMLSelectElement>("Rôle").options].map((one) => one.value);
  await screen.findByText("Camille Martin");
  expect(names()).toEqual(["org-admin", "auditor", "support"]);
});

test("a role is taken away after a question", async () => {
  let held = [camille, me];
  open(true, {
    "GET /api/v1/appointments": () => json({ items: held }),
    "DELETE /api/v1/appointments/a1": () => {
      held = [me];
      return json(undefined, 204);
    },
  });
  await take();
  await vi.waitFor(() => {
    expect(screen.queryByText("Camille Martin")).toBeNull();
  });
});

test("a role is given to somebody who is found by name; who has no account any more is not proposed", async () => {
  const sent: unknown[] = [];
  const louise = person("p3", "Louise Petit");
  open(true, {
    "GET /api/v1/admin/people": (request) => {
      const open = new URL(request.url).searchParams.get("deactivated") === "false";
      return json({ items: [louise, ...(open ? [] : [{ ...person("p4", "Loup Garnier"), deactivatedAt: "2026-03-01T09:00:00Z" }])] });
    },
    "PUT /api/v1/appointments": async (request) => {
      sent.push(await request.json());
      return json({ ...camille, person: louise }, 201);
    },
  });
  await userEvent.selectOptions(await screen.findByLabelText("Rôle"), "auditeur");
  await userEvent.type(screen.getByLabelText("À qui"), "lou");
  const choose = await screen.findByRole("button", { name: /^Louise Petit/ });
  expect(screen.queryByText("Loup Garnier")).toBeNull();
  await userEvent.click(choose);
  expect(sent).toEqual([]);
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Donner un rôle" }));
  await vi.waitFor(() => {
    expect(sent).toEqual([{ person: "p3", role: "auditor", organization: "o1" }]);
  });
});
