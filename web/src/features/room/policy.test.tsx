import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { config, json, problem, room, serve, show, type Answers } from "../../test/render";
import { RoomSettingsPage } from "./RoomSettingsPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const path = "/api/v1/rooms/abc-defg-hij";
const words = { entry: ["everyone", "signed-in", "organization", "members", "hosts"], minAssurance: ["unknown", "phone", "email", "agent", "agent-mfa"] };
const inRoom = { source: { level: "room", name: "Cabinet" } };
const lock = (name: string, kind: string, bound: unknown, extra: object = {}) => ({
  name,
  title: name,
  kind,
  value: bound,
  bound,
  locked: true,
  lockedBy: "Ministère X",
  source: { level: "organization", id: "o1", name: "Ministère X" },
  reason: "locked by Ministère X",
  overrode: [],
  ...(name in words ? { words: words[name as keyof typeof words] } : {}),
  ...extra,
});

function open(settings: object[], own: object = {}, answers: Answers = {}) {
  const sent: unknown[] = [];
  serve({
    "GET /api/v1/config": () => json(config),
    [`GET ${path}/blocks`]: () => json({ items: [] }),
    [`GET ${path}/members`]: () => json({ items: [] }),
    [`GET ${path}/sessions`]: () => json({ items: [] }),
    [`GET ${path}`]: () => json({ ...room, ...own }, 200, { ETag: '"1"' }),
    [`GET ${path}/effective-policy`]: () => json({ settings }),
    [`PATCH ${path}`]: async (request) => {
      sent.push(await request.json());
      return json(room);
    },
    ...answers,
  });
  show(<RoomSettingsPage slug="abc-defg-hij" />);
  return sent;
}

const save = () => userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));

test("what a policy locks cannot be chosen, and the page says who locked it", async () => {
  open([lock("entry", "choice", "organization", { overrode: [{ ...inRoom, value: "everyone" }] }), lock("opensWithHost", "switch", true)], { entry: "everyone" });
  const choices = await screen.findByRole("group", { name: "Qui entre sans attendre" });
  const note = await within(choices).findByText(/Verrouillé par Ministère X\./);
  expect(note.textContent).toContain("Ce qui compte\u00a0: les agents de l’organisme de la salle.");
  expect(note.textContent).toContain("Le choix de la salle (toute personne qui a le lien) est gardé");
  expect(within(choices).getByRole("radio", { name: /^Toute personne qui a le lien/ })).toHaveProperty("disabled", true);
  expect(within(choices).getByRole("radio", { name: /^Mon organisation/ })).toHaveProperty("checked", true);
  expect(within(choices).getByRole("radio", { name: /^Membres de la salle/ })).toHaveProperty("disabled", false);
  const hosted = screen.getByRole("checkbox", { name: /N’ouvrir qu’en présence/ });
  expect(hosted).toHaveProperty("disabled", true);
  expect(hosted).toHaveProperty("checked", true);
});

test("a number beyond the lock is not sent, and its field says how far one may go", async () => {
  const sent = open([lock("maxParticipants", "limit", 20)], { maxParticipants: 10 });
  const field = await screen.findByLabelText("Nombre maximal de participants");
  await screen.findByText(/Verrouillé par Ministère X/);
  await userEvent.clear(field);
  await userEvent.type(field, "21");
  await save();
  expect((await screen.findByRole("alert")).textContent).toContain("La règle permet\u00a0: 20 personnes.");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(sent).toEqual([]);
});

test("a refusal of the server is said at its field, with the lock that came meanwhile", async () => {
  let locked = false;
  open([], {}, {
    [`GET ${path}/effective-policy`]: () => json({ settings: locked ? [lock("entry", "choice", "members")] : [] }),
    [`PATCH ${path}`]: () => {
      locked = true;
      return json({ code: "policy-locked", status: 422, title: "", errors: [{ location: "body.entry", message: "locked by Ministry X" }] }, 422);
    },
  });
  await userEvent.click(await screen.findByRole("radio", { name: /^Toute personne qui a le lien/ }));
  await save();
  const choices = screen.getByRole("group", { name: "Qui entre sans attendre" });
  expect((await within(choices).findByRole("alert")).textContent).toContain("ne le permet pas");
  expect((await within(choices).findAllByText(/Verrouillé par Ministère X/)).length).toBeGreaterThan(0);
});

test("a stricter choice of the room says so and stays free", async () => {
  open([lock("entry", "choice", "organization", { value: "hosts", ...inRoom })], { entry: "hosts" });
  expect((await screen.findByText(/La salle est plus stricte que la règle/)).textContent).toContain("La règle permet\u00a0: les agents de l’organisme de la salle.");
  expect(screen.getByRole("radio", { name: /^Organisateurs et animateurs/ })).toHaveProperty("checked", true);
});

test("what is forbidden by a policy stays forbidden when another thing is", async () => {
  const sent = open([lock("forbidden", "forbidden", ["screen"], { overrode: [{ ...inRoom, value: [] }] })]);
  await screen.findByText(/Verrouillé par Ministère X/);
  const screenBox = screen.getByRole("checkbox", { name: "Partage d’écran" });
  expect(screenBox).toHaveProperty("disabled", true);
  expect(screenBox).toHaveProperty("checked", false);
  await userEvent.click(screen.getByRole("checkbox", { name: "Messages" }));
  await save();
  await screen.findByText("Réglages enregistrés");
  expect(sent).toEqual([{ forbidden: ["screen", "chat"] }]);
});

test("a policy that cannot be read stops nobody", async () => {
  const sent = open([], {}, { [`GET ${path}/effective-policy`]: () => problem(503, "unavailable") });
  await userEvent.click(await screen.findByRole("radio", { name: /^Toute personne qui a le lien/ }));
  await save();
  await screen.findByText("Réglages enregistrés");
  expect(sent).toEqual([{ entry: "everyone" }]);
});

test("what is locked above the room and has no field there is said, with who locked it", async () => {
  const off = { words: ["allowed", "off"] };
  open([lock("recording", "choice", "off", off), lock("transcription", "choice", "allowed", off), lock("embedding", "only", []), lock("chatKeeping", "choice", "none", { words: ["session", "none"], locked: false })]);
  const above = await screen.findByRole("region", { name: "Décidé au-dessus de la salle" });
  const said = within(above).getAllByRole("listitem").map((one) => one.textContent);
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^Enregistrement\u00a0: désactivé\. Verrouillé par Ministère X\. Cette version n’enregistre rien/);
  expect(said[1]).toMatch(/^Pages qui affichent la salle dans un cadre\u00a0: nulle part\. Verrouillé par Ministère X\./);
});
