import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import { ImportPage } from "./ImportPage";
import { PeoplePage } from "./PeoplePage";

// jsdom's files have no arrayBuffer().
File.prototype.arrayBuffer = function (this: File) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(new TextEncoder().encode(reader.result as string).buffer);
    };
    reader.readAsText(this);
  });
};

afterEach(() => {
  vi.unstubAllGlobals();
});

const counts = { made: 0, linked: 0, changed: 0, closed: 0, reopened: 0, unchanged: 0, refused: 0 };
const zoe = { line: 1, act: "made", name: "Zoé Martin", email: "zoe@interieur.example", changed: [] };

async function choose(answers: Answers) {
  serve({ "GET /api/v1/organizations": () => json({ items: [{ id: "o1", name: "Intérieur" }] }), ...answers });
  show(<ImportPage />);
  await userEvent.type(screen.getByLabelText("Organisme"), "int");
  await userEvent.click(await screen.findByRole("button", { name: "Intérieur" }));
  await userEvent.upload(screen.getByLabelText("Fichier CSV"), new File(["familyName,sub\nMartin,z\n"], "people.csv", { type: "text/csv" }));
  screen.getByLabelText("Fichier CSV").closest("form")?.setAttribute("novalidate", ""); // jsdom finds no file in a field that has one
  await userEvent.click(await screen.findByRole("button", { name: "Voir ce qui serait fait" }));
}

test("a file with a refused line is shown and not imported", async () => {
  const errors = [{ location: "body.line[2].email", message: "an address" }];
  await choose({
    "POST /api/v1/organizations/o1/people/import": () =>
      json({ ...counts, dryRun: true, made: 1, refused: 1, lines: [zoe, { line: 2, act: "refused", name: "Omar", changed: [], errors }] }),
  });
  await screen.findByText("email : une adresse complète, ou rien.");
  expect(screen.getByRole("alert").textContent).toContain("Lignes refusées\u00a0: 1");
  expect(screen.queryByRole("button", { name: "Importer" })).toBeNull();
});

test("what is no table is refused with what to do", async () => {
  await choose({ "POST /api/v1/organizations/o1/people/import": () => json({ code: "invalid", status: 422, title: "invalid", errors: [{ location: "body.line[0]", message: "columns" }] }, 422) });
  expect((await screen.findByRole("alert")).textContent).toContain("La première ligne nomme les colonnes");
});

test("people whom software provisions are not imported", async () => {
  await choose({ "POST /api/v1/organizations/o1/people/import": () => problem(409, "conflict") });
  expect((await screen.findByRole("alert")).textContent).toContain("SCIM");
});

test("a fresh sign-in is asked for in a tab of its own, and the file waits for it", async () => {
  let fresh = false;
  await choose({
    "POST /api/v1/organizations/o1/people/import": (request) => {
      const trial = new URL(request.url).searchParams.get("dryRun") === "true";
      if (!trial && !fresh) return problem(403, "elevation-required");
      return json({ ...counts, dryRun: trial, made: 1, lines: [zoe] });
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Importer" }));
  const way = await screen.findByRole("link", { name: "Confirmer mon identité" });
  expect(way.getAttribute("href")).toBe("/auth/login?elevate=1&returnTo=%2Fadmin%2Fpeople%2Fimport%2Fconfirmed");
  expect(way.getAttribute("target")).toBe("_blank");
  expect(screen.getByText(/Le fichier reste choisi ici/).textContent).toContain("revenez à cet onglet");
  fresh = true;
  await userEvent.click(screen.getByRole("button", { name: "Importer" }));
  await screen.findByText("Le fichier a été importé.");
});

test("the tab of the fresh sign-in says where to go on", () => {
  show(<PeoplePage appointments={[{ role: "org-admin", organization: "o1" }]} rest="import/confirmed" />);
  expect(screen.getByRole("heading", { name: "Votre identité est confirmée" })).toBeDefined();
  expect(screen.getByText(/Fermez cet onglet/)).toBeDefined();
});

test("a file is tried first and then imported as it was sent", async () => {
  const sent: string[] = [];
  await choose({
    "POST /api/v1/organizations/o1/people/import": async (request) => {
      const trial = new URL(request.url).searchParams.get("dryRun") === "true";
      sent.push(`${trial ? "trial" : "real"} ${request.headers.get("Content-Type") ?? ""} ${await request.text()}`);
      return json({ ...counts, dryRun: trial, made: 1, lines: [trial ? zoe : { ...zoe, person: "p1" }] });
    },
  });
  await screen.findByText("Zoé Martin");
  await userEvent.click(screen.getByRole("button", { name: "Importer" }));
  await screen.findByText("Le fichier a été importé.");
  expect(screen.getByRole("link", { name: "Zoé Martin" }).getAttribute("href")).toBe("/admin/people/p1");
  expect(sent).toEqual(["trial text/csv familyName,sub\nMartin,z\n", "real text/csv familyName,sub\nMartin,z\n"]);
});
