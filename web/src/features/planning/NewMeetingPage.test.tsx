import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Link, Router } from "wouter";
import { aroundNav } from "../../browser/leaving";
import { config, jeanne, json, serve, show, type Answers } from "../../test/render";
import { NewMeetingPage } from "./NewMeetingPage";

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

const amine = { id: "p2", name: "Amine Kader", email: "amine.kader@example.gouv.fr" };

/** The page, and what it plans. */
function plan(answers: Answers = {}) {
  const planned: { start: string; recurrence?: { rules: string[] }; invitees?: { email?: string; name?: string; user?: string }[] }[] = [];
  serve({
    "GET /api/v1/config": () => json({ ...config, emailProof: true }),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/people": () => json({ items: [] }),
    "GET /api/v1/agenda": () => json({ items: [] }),
    "POST /api/v1/meetings/validate": () => json({ warnings: [], occurrences: [], settings: [] }),
    "POST /api/v1/meetings": async (request) => {
      planned.push((await request.json()) as (typeof planned)[0]);
      return json({ id: "m1", title: "Comité", links: {}, warnings: [] }, 201, { ETag: '"1"' });
    },
    ...answers,
  });
  show(
    <Router aroundNav={aroundNav}>
      <Link href="/account">Ailleurs</Link>
      <NewMeetingPage />
    </Router>,
  );
  return { planned };
}

const title = () => screen.findByRole("textbox", { name: "Titre" });
const people = () => screen.findByRole("combobox", { name: "Nom d’un collègue, ou adresse électronique" });
const save = () => screen.getByRole("button", { name: "Planifier la réunion" });
const invited = () => within(screen.getByRole("region", { name: "Personnes" })).queryAllByRole("listitem").map((row) => row.querySelector("bdi")?.textContent);
const paste = (field: HTMLElement, text: string) => fireEvent.paste(field, { clipboardData: { getData: () => text } });

test("who is typed and is nobody stops the saving, where they stand", async () => {
  const { planned } = plan();
  await userEvent.type(await title(), "Comité");
  await userEvent.type(await people(), "anne@");
  await userEvent.click(save());
  expect((await screen.findByRole("alert")).textContent).toContain("«\u00a0anne@\u00a0»");
  expect((await people()).getAttribute("aria-invalid")).toBe("true");
  expect(planned).toEqual([]);
});

test("what cannot be of a repetition is said at its own field, before anything is saved", async () => {
  const { planned } = plan();
  await title();
  await userEvent.selectOptions(screen.getByLabelText("Répétition"), "weekly");
  const mistake = () => screen.queryByRole("alert")?.textContent;
  expect(mistake()).toBeUndefined();
  const ticked = within(screen.getByRole("group", { name: "Ces jours-là" })).getAllByRole<HTMLInputElement>("checkbox").filter(({ checked }) => checked);
  expect(ticked.length).toBe(1);
  for (const box of ticked) await userEvent.click(box);
  expect(mistake()).toBe("Choisissez au moins un jour de la semaine.");
  expect(screen.getByText(/corrigez d’abord/)).toBeDefined();
  expect(screen.queryByText(/Toutes les semaines/, { selector: "[role=status]" })).toBeNull();
  for (const box of ticked) await userEvent.click(box);
  const interval = screen.getByLabelText("Toutes les combien de semaines ?");
  await userEvent.clear(interval);
  await userEvent.type(interval, "0");
  expect(mistake()).toBe("Un nombre de 1 à 99.");
  expect(interval.getAttribute("aria-invalid")).toBe("true");
  await userEvent.type(interval, "1");
  fireEvent.change(screen.getByLabelText("Dernier jour"), { target: { value: "2020-01-01" } });
  expect(mistake()).toMatch(/^Le dernier jour précède/);
  await userEvent.selectOptions(screen.getByLabelText("Fin"), "count");
  fireEvent.change(screen.getByLabelText("Nombre de fois"), { target: { value: "9999" } });
  expect(mistake()).toBe("Un nombre de 1 à 1826.");
  await userEvent.type(await title(), "Comité");
  await userEvent.click(save());
  expect(screen.getAllByRole("alert").length).toBe(1);
  expect(planned).toEqual([]);
});

test("a meeting without a title asks for one", async () => {
  plan();
  await title();
  await userEvent.click(save());
  expect((await screen.findByRole("alert")).textContent).toBe("Donnez un titre à la réunion.");
});

test("an address that is typed and not confirmed is invited", async () => {
  const { planned } = plan();
  await userEvent.type(await title(), "Comité");
  await userEvent.type(await people(), "anne@example.org");
  fireEvent.submit(save());
  await waitFor(() => { expect(planned).toHaveLength(1); });
  expect(planned[0]?.invitees).toEqual([{ email: "anne@example.org", role: "presenter", required: true }]);
});

test("who is typed and not confirmed is counted before it is saved, and is on the list once one goes on", async () => {
  plan();
  const field = await people();
  await userEvent.type(field, "anne@example.org");
  expect(await screen.findByText("Une invitation part par courriel à 1 personne.")).toBeDefined();
  await userEvent.tab();
  await waitFor(() => { expect(invited()).toEqual(["anne@example.org"]); });
  await userEvent.type(field, "Zoé Blanc <zoe@example.org>");
  expect(await screen.findByText("Une invitation part par courriel à 2 personnes.")).toBeDefined();
  await userEvent.tab();
  await waitFor(() => { expect(invited()).toEqual(["anne@example.org", "zoe@example.org"]); });
});

test("an address is on the list once one goes on to another field, and once a click elsewhere is over", async () => {
  plan();
  const field = await people();
  await userEvent.type(field, "anne@example.org");
  await userEvent.tab();
  await waitFor(() => { expect(invited()).toEqual(["anne@example.org"]); });
  await userEvent.type(field, "zoe@example.org");
  const mouse = userEvent.setup();
  await mouse.pointer({ keys: "[MouseLeft>]", target: save() });
  expect(invited()).toEqual(["anne@example.org"]);
  await mouse.pointer({ keys: "[/MouseLeft]", target: save() });
  await waitFor(() => { expect(invited()).toEqual(["anne@example.org", "zoe@example.org"]); });
});

test("the address of a colleague invites the colleague", async () => {
  const { planned } = plan({ "GET /api/v1/people": () => json({ items: [amine] }) });
  await userEvent.type(await title(), "Comité");
  await userEvent.type(await people(), amine.email);
  await screen.findByText("Amine Kader", {}, { timeout: 5000 });
  await userEvent.click(save());
  await waitFor(() => { expect(planned[0]?.invitees).toEqual([{ user: "p2", role: "presenter", required: true }]); });
});

test("who organizes the meeting is not invited by their own address, and is told so", async () => {
  plan();
  const field = await people();
  paste(field, "anne@x.fr, Jeanne@example.gouv.fr; zoe@z.fr");
  expect(invited()).toEqual(["anne@x.fr", "zoe@z.fr"]);
  expect(screen.getByText(/^Cette personne organise la réunion/)).toBeDefined();
  await userEvent.type(field, "b");
  expect(screen.queryByText(/^Cette personne organise la réunion/)).toBeNull();
});

test("a list that is pasted invites all of them by their names, and says who was there already", async () => {
  const { planned } = plan();
  await userEvent.type(await title(), "Comité");
  const field = await people();
  paste(field, "Anne Petit <anne@x.fr>; b@y.fr\n");
  expect(invited()).toEqual(["anne@x.fr", "b@y.fr"]);
  paste(field, "Bruno <b@y.fr>, zoe@z.fr, ANNE@x.fr");
  expect(screen.getByText("3 personnes invitées · 2 personnes figuraient déjà dans la liste.")).toBeDefined();
  expect(screen.getByRole("textbox", { name: "Nom de la personne à l’adresse anne@x.fr" })).toHaveProperty("value", "Anne Petit");
  await userEvent.type(screen.getByRole("textbox", { name: /zoe@z.fr/ }), "Zoé");
  await userEvent.click(save());
  await waitFor(() => { expect(planned[0]?.invitees?.map(({ email, name }) => [email, name])).toEqual([["anne@x.fr", "Anne Petit"], ["b@y.fr", "Bruno"], ["zoe@z.fr", "Zoé"]]); });
});

test("what is not understood of a list stays in the field, and is named", async () => {
  plan();
  const field = await people();
  paste(field, "a@x.fr, Paul; b@");
  expect(invited()).toEqual(["a@x.fr"]);
  expect(field).toHaveProperty("value", "Paul; b@");
  expect(screen.getByRole("alert").textContent).toContain("«\u00a0Paul\u00a0» et «\u00a0b@\u00a0»");
  await userEvent.type(field, "y.fr");
  expect(screen.queryByRole("alert")).toBeNull();
  await userEvent.clear(field);
  await userEvent.type(field, "b@y.fr;c@z.fr{Enter}");
  expect(invited()).toEqual(["a@x.fr", "b@y.fr", "c@z.fr"]);
});

test("who was nobody a moment ago is looked for again", async () => {
  let found: object[] = [];
  plan({ "GET /api/v1/people": () => json({ items: found }) });
  const field = await people();
  await userEvent.type(field, "amine");
  expect(await screen.findByText(/dans votre organisation ne s’est encore connecté ici/, {}, { timeout: 5000 })).toBeDefined();
  found = [amine];
  await userEvent.tab();
  await userEvent.click(field);
  expect(await screen.findByText("Amine Kader", {}, { timeout: 5000 })).toBeDefined();
});

test("one colleague who is typed and left is proposed, and invited by nobody but who says so", async () => {
  const { planned } = plan({ "GET /api/v1/people": () => json({ items: [amine] }) });
  await userEvent.type(await title(), "Comité");
  const field = await people();
  await userEvent.type(field, "Amine");
  await userEvent.tab();
  expect(await screen.findByText("Vouliez-vous dire Amine Kader (amine.kader@example.gouv.fr) ?", {}, { timeout: 5000 })).toBeDefined();
  await userEvent.click(save());
  expect((await screen.findByRole("alert")).textContent).toContain("« Amine »");
  expect([invited(), planned]).toEqual([[], []]);
  await waitFor(() => { expect(document.activeElement).toBe(field); }); // where the list proposes them again
  await userEvent.tab();
  await userEvent.click(screen.getByRole("button", { name: "Choisir Amine Kader" }));
  expect(invited()).toEqual(["Amine Kader"]);
  expect(document.activeElement).toBe(field);
  expect(field).toHaveProperty("value", "");
});

test("of several colleagues none is proposed to who goes on", async () => {
  plan({ "GET /api/v1/people": () => json({ items: [amine, { id: "p3", name: "Amine Lamri" }] }) });
  const field = await people();
  await userEvent.type(field, "Amine");
  await screen.findByText("Amine Lamri", {}, { timeout: 5000 });
  await userEvent.tab();
  expect(screen.queryByText(/Vouliez-vous dire/)).toBeNull();
});

test("who organizes the meeting is not proposed to herself, and reads why", async () => {
  plan({ "GET /api/v1/people": () => json({ items: [{ id: "p1", name: "Jeanne Morel" }] }) });
  await userEvent.type(await people(), "morel");
  expect(await screen.findByText("Cette personne organise la réunion : inutile de l’ajouter.", {}, { timeout: 5000 })).toBeDefined();
  expect(screen.queryByText("Jeanne Morel")).toBeNull();
});

test("whom nobody finds is told who is found at all", async () => {
  plan();
  await userEvent.type(await people(), "amine");
  expect(await screen.findByText(/seuls les collègues qui l’ont déjà fait sont proposés/, {}, { timeout: 5000 })).toBeDefined();
});

test("a series that is made without a word about its end has one, which the page says", async () => {
  const { planned } = plan();
  await userEvent.type(await title(), "Comité");
  fireEvent.change(screen.getByLabelText("Date"), { target: { value: "2030-11-12" } });
  await userEvent.selectOptions(screen.getByLabelText("Répétition"), "weekly");
  expect(screen.getByText("Toutes les semaines, le mardi, jusqu’au 12 février 2031")).toBeDefined();
  expect(screen.getByText(/^Une proposition : choisissez une autre fin/)).toBeDefined();
  await userEvent.click(save());
  await waitFor(() => { expect(planned[0]?.recurrence).toEqual({ rules: ["FREQ=WEEKLY;BYDAY=TU;UNTIL=20310212"] }); });
});

test("a long address has the row to itself, and breaks where one reads it", async () => {
  plan();
  await userEvent.type(await people(), "prenom.nom@direction-departementale.example.gouv.fr{Enter}");
  const address = screen.getByText((_, element) => element?.tagName === "BDI" && element.textContent === "prenom.nom@direction-departementale.example.gouv.fr");
  expect(address.className).toContain("guestAddress");
  expect(address.querySelectorAll("wbr").length).toBeGreaterThan(0);
});

const asks = () => screen.queryByRole("dialog", { name: "Quitter sans enregistrer\u00a0?" });
const mayClose = () => dispatchEvent(new Event("beforeunload", { cancelable: true }));

test("nothing is asked of who leaves an untouched page", async () => {
  plan();
  await title();
  expect(mayClose()).toBe(true);
  await userEvent.click(screen.getByRole("link", { name: "Ailleurs" }));
  expect([asks(), location.pathname]).toEqual([null, "/account"]);
});

test("who leaves with something unsaved is asked first, by whatever way they go", async () => {
  history.pushState(null, "", "/meetings/new");
  plan();
  await userEvent.type(await title(), "C");
  expect(mayClose()).toBe(false);
  history.back();
  await waitFor(() => { expect(asks()).not.toBeNull(); });
  await userEvent.click(screen.getByRole("button", { name: "Continuer la saisie" }));
  expect([asks(), location.pathname, ((await title()) as HTMLInputElement).value]).toEqual([null, "/meetings/new", "C"]);
  await userEvent.click(screen.getByRole("link", { name: "Ailleurs" }));
  expect([asks() === null, location.pathname]).toEqual([false, "/meetings/new"]);
  await userEvent.click(screen.getByRole("button", { name: "Quitter sans enregistrer" }));
  expect([location.pathname, mayClose()]).toEqual(["/account", true]);
});

test("going back twice leaves, once one has said so", async () => {
  history.pushState(null, "", "/before");
  history.pushState(null, "", "/meetings/new");
  plan();
  await userEvent.type(await title(), "C");
  history.back();
  await waitFor(() => { expect(asks()).not.toBeNull(); });
  await userEvent.click(screen.getByRole("button", { name: "Quitter sans enregistrer" }));
  await waitFor(() => { expect(location.pathname).toBe("/before"); });
});

test("nothing is asked once it is saved", async () => {
  const { planned } = plan();
  await userEvent.type(await title(), "Comité");
  await userEvent.click(save());
  await waitFor(() => { expect([planned.length, location.pathname]).toEqual([1, "/meetings/m1"]); });
  expect(asks()).toBeNull();
});

test("whom an earlier text has found are not offered for another", async () => {
  const answers = [json({ items: [amine] })];
  plan({ "GET /api/v1/people": () => answers.shift() ?? new Promise(() => undefined) });
  const field = await people();
  await userEvent.type(field, "kad");
  await userEvent.click(await screen.findByText("Amine Kader", {}, { timeout: 5000 }));
  await userEvent.type(field, "zoe@example.org{Enter}");
  expect(invited()).toEqual(["Amine Kader", "zoe@example.org"]);
});
