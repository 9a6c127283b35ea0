import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import i18next from "i18next";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { person } from "../../../call/people.fixture";
import { json, problem, room, serve, type Answers } from "../../../test/render";
import { Banners } from "../Banners";
import { inCall } from "../call.fixture";
import { ChatPanel } from "../ChatPanel";
import { Over } from "../Over";
import { PeoplePanel } from "../PeoplePanel";
import { Stage } from "../Stage";
import { TopBar } from "../TopBar";
import { sentenceOf } from "./ToldList";

const path = "/api/v1/rooms/abc-defg-hij";
const by = { name: "Amine" };

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", class { observe() { /* no layout in tests */ } disconnect() { /* nor here */ } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const listed = (id: string, more: object = {}) => ({
  id,
  name: id,
  organization: "",
  assurance: "agent",
  kind: "person",
  role: "member",
  joinedAt: "2026-01-01T09:00:00Z",
  connected: true,
  forbidden: [],
  ...more,
});

/** Serves, and keeps what was asked besides reading: method, path behind the room, body. */
function hosted(answers: Answers, ...participants: object[]) {
  return hostedIn(room, answers, ...participants);
}

function hostedIn(where: object, answers: Answers, ...participants: object[]) {
  const asked: unknown[] = [];
  const noted = Object.fromEntries(
    Object.entries(answers).map(([key, answer]) => [
      key.replace(" ", ` ${path}/`),
      async (request: Request) => {
        const body: unknown = await request.clone().json();
        asked.push([request.method, new URL(request.url).pathname.slice(path.length), body]);
        return answer(request);
      },
    ]),
  );
  serve({ ...noted, [`GET ${path}`]: () => json(where), [`GET ${path}/participants`]: () => json({ items: participants }) });
  return asked;
}
const done = () => json(null, 204);
const press = async (name: string | RegExp) => userEvent.click(await screen.findByRole("button", { name }));
const shut = async () => userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Fermer" }));

test("who does not host finds nothing to host with", async () => {
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />, "member");
  people(person("Louise"));
  expect(screen.queryByRole("button", { name: /Louise/ })).toBeNull();
  expect(screen.queryByRole("button", { name: "Couper tous les micros" })).toBeNull();
});

test("a moderator is offered nothing against an owner, and roles are for owners", async () => {
  hosted({}, listed("Odile", { role: "owner" }), listed("Louise"));
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />, "moderator");
  people(person("Odile", { role: "owner" }), person("Louise"));
  expect(screen.queryByRole("button", { name: "Couper le micro d’Odile" })).toBeNull();
  await press("Gérer Odile");
  expect(screen.queryByRole("button", { name: "Retirer de la réunion" })).toBeNull();
  expect(screen.getByRole("button", { name: "Mettre en avant pour tous" })).toBeDefined();
  await shut();
  await press("Gérer Louise");
  expect(screen.getByRole("button", { name: "Retirer de la réunion" })).toBeDefined();
  expect(screen.queryByRole("button", { name: "Confier l’animation" })).toBeNull();
});

test("a refusal is said where it happened", async () => {
  hosted({ "POST lock": () => problem(403, "forbidden") });
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people();
  await press("Verrouiller la salle");
  expect((await screen.findByRole("alert")).textContent).toContain("Vous n’avez pas le droit");
});

test("everybody is muted but oneself, hands go down, the room is locked and unlocked as the server says", async () => {
  const asked = hosted({ "POST mute-all": () => json({ muted: 2 }), "POST lower-hands": done, "POST lock": done, "POST unlock": done });
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Louise"));
  await press("Couper tous les micros");
  expect(await screen.findByText("2 micros coupés")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Baisser toutes les mains" })).toBeNull();
  signal({ seq: 1, type: "hand", data: { participant: "Louise", name: "Louise", raised: true, raisedAt: "2026-01-01T09:00:00Z" } });
  await press("Baisser toutes les mains");
  await press("Verrouiller la salle");
  signal({ seq: 2, type: "lock", data: { locked: true, by } });
  await press("Déverrouiller la salle");
  expect(asked).toEqual([
    ["POST", "/mute-all", { source: "microphone", except: ["me"] }],
    ["POST", "/lower-hands", {}],
    ["POST", "/lock", {}],
    ["POST", "/unlock", {}],
  ]);
});

const entering = (name: RegExp) => screen.findByRole<HTMLInputElement>("radio", { name });

test("a host for this meeting reads the access and the limits, and changes nothing", async () => {
  hosted({});
  serve({ [`GET ${path}`]: () => json({ ...room, role: "moderator", lastingRole: "member" }) });
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />, "moderator");
  people();
  await press("Accès et limites");
  expect(await screen.findByText(/seules les personnes qui l’organisent/)).toBeDefined();
  expect((await entering(/^Membres de la salle/)).closest("fieldset")?.disabled).toBe(true);
  expect(screen.getByLabelText<HTMLInputElement>("Nombre maximal de participants").disabled).toBe(true);
  expect(screen.queryByRole("button", { name: "Enregistrer" })).toBeNull();
});

test("an owner changes access and limits without leaving the call, against the version that is true now", async () => {
  const asked: unknown[] = [];
  let version = 1;
  serve({
    [`GET ${path}`]: () => json({ ...room, entry: "signed-in" }, 200, { ETag: `"${version}"` }),
    [`GET ${path}/participants`]: () => json({ items: [] }),
    [`PATCH ${path}`]: async (request) => {
      asked.push([request.headers.get("If-Match"), await request.json()]);
      return json({ ...room, entry: "members", maxMinutes: 30 }, 200, { ETag: '"3"' });
    },
  });
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people();
  await press("Autorisations de tous");
  await shut();
  version = 2; // a decision of one's own, a moment ago
  await press("Accès et limites");
  await userEvent.click(await entering(/^Membres de la salle/));
  await userEvent.type(screen.getByLabelText(/Durée maximale/), "30");
  await press("Enregistrer");
  expect(await screen.findByText("Réglages enregistrés")).toBeDefined();
  expect(asked).toEqual([['"2"', { entry: "members", maxMinutes: 30 }]]);
});

test("the meeting is ended for everybody only when asked twice", async () => {
  const asked = hosted({ "POST end": done });
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people();
  await press("Terminer pour tout le monde");
  expect(asked).toEqual([]);
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Terminer pour tout le monde" }));
  expect(asked).toEqual([["POST", "/end", {}]]);
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("one person's sound, pictures and hand are stopped, each by its own button", async () => {
  const asked = hosted({ "POST participants/Louise/mute": done, "POST lower-hands": done }, listed("Louise"));
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Louise", { micOn: true, cameraOn: true }));
  signal({ seq: 1, type: "hand", data: { participant: "Louise", name: "Louise", raised: true, raisedAt: "2026-01-01T09:00:00Z" } });
  await press("Couper le micro de Louise");
  await userEvent.click(screen.getAllByRole("button", { name: "Gérer Louise" })[0] as HTMLElement);
  await press("Couper le micro");
  await press("Arrêter la caméra");
  await press("Baisser la main");
  expect(asked).toEqual([
    ["POST", "/participants/Louise/mute", { source: "microphone" }],
    ["POST", "/participants/Louise/mute", { source: "microphone" }],
    ["POST", "/participants/Louise/mute", { source: "camera" }],
    ["POST", "/lower-hands", { participants: ["Louise"] }],
  ]);
});

test("who is muted can only be asked", async () => {
  const asked = hosted({ "POST participants/Louise/ask-to-unmute": done }, listed("Louise"));
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Louise", { micOn: false }));
  await press("Gérer Louise");
  expect(screen.queryByRole("button", { name: "Couper le micro" })).toBeNull();
  await press("Demander d’activer le micro");
  expect(await screen.findByText(/Demande envoyée/)).toBeDefined();
  expect(asked).toEqual([["POST", "/participants/Louise/ask-to-unmute", {}]]);
});

test("that somebody was asked goes with the answer, with a ban, and after a while", async () => {
  const forbidden: string[] = [];
  serve({
    [`GET ${path}`]: () => json(room),
    [`GET ${path}/participants`]: () => json({ items: [listed("Louise", { forbidden })] }),
    [`POST ${path}/participants/Louise/ask-to-unmute`]: done,
  });
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Louise", { micOn: false }));
  await press("Gérer Louise");
  await screen.findByLabelText("Micro");
  const ask = async () => {
    await press("Demander d’activer le micro");
    await screen.findByText(/Demande envoyée/);
  };
  const gone = () => vi.waitFor(() => { expect(screen.queryByText(/Demande envoyée/)).toBeNull(); });
  await ask();
  people(person("Louise", { micOn: true }));
  await gone();
  people(person("Louise", { micOn: false }));
  await gone(); // and does not come back
  await ask();
  forbidden.push("microphone");
  signal({ seq: 1, type: "restrictions", data: { participant: "Louise", forbidden, allowed: [], by } });
  await gone();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  await ask();
  act(() => { vi.advanceTimersByTime(15_000); });
  await gone();
});

test("how many were muted is said for a while", async () => {
  hosted({ "POST mute-all": () => json({ muted: 3 }) });
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  await press("Couper tous les micros");
  await screen.findByText("3 micros coupés");
  act(() => { vi.advanceTimersByTime(15_000); });
  expect(screen.queryByText("3 micros coupés")).toBeNull();
});

test("each thing is forbidden and allowed by itself, against the rule for all too", async () => {
  const louise = listed("Louise", { forbidden: ["camera"], allowed: ["screen"] });
  const asked = hosted({ "PATCH participants/Louise/permissions": () => json(louise) }, louise);
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />, "moderator");
  people(person("Louise"));
  signal({ seq: 1, type: "restrictions", data: { participant: null, forbidden: ["chat", "screen"], allowed: [], by } });
  await press("Gérer Louise");
  const box = (name: string) => screen.findByRole<HTMLInputElement>("checkbox", { name });
  expect([(await box("Messages")).checked, (await box("Partage d’écran")).checked, (await box("Caméra")).checked]).toEqual([false, true, false]);
  expect(screen.getByRole("checkbox", { name: "Partage d’écran", description: /^par exception.: interdit à tous$/ })).toBeDefined();
  expect(screen.getByRole("checkbox", { name: "Messages", description: "interdit à tous" })).toBeDefined();
  expect(screen.getAllByText(/interdit à tous/)).toHaveLength(2); // the camera is forbidden to this person alone
  for (const name of ["Messages", "Partage d’écran", "Caméra", "Micro"]) await userEvent.click(await box(name));
  expect(asked.map((one) => (one as unknown[])[2])).toEqual([{ chat: true }, { screen: null }, { camera: true }, { microphone: false }]);
});

test("to a host the rule for all is nothing", async () => {
  hosted({}, listed("Louise", { role: "moderator", allowed: ["chat"] }));
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Louise", { role: "moderator" }));
  signal({ seq: 1, type: "restrictions", data: { participant: null, forbidden: ["chat"], allowed: [], by } });
  await press("Gérer Louise");
  expect(await screen.findByLabelText("Messages")).toHaveProperty("checked", true);
  expect(screen.queryByText(/interdit à tous/)).toBeNull();
});

test("hosting is given for the meeting or for good, to a guest never for good", async () => {
  const asked = hosted(
    { "PUT participants/Louise/role": () => json(listed("Louise")), "PUT participants/Guy/role": () => json(listed("Guy")) },
    listed("Louise"),
    listed("Guy", { kind: "guest" }),
  );
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Louise"), person("Guy"));
  await press("Gérer Louise");
  await userEvent.click(await screen.findByLabelText("Garder ce rôle après la réunion"));
  await press("Confier l’animation");
  await shut();
  await press("Gérer Guy");
  await screen.findByLabelText("Nom affiché de l’invité");
  expect(screen.queryByLabelText("Garder ce rôle après la réunion")).toBeNull();
  await press("Confier l’animation");
  expect(asked).toEqual([
    ["PUT", "/participants/Louise/role", { role: "moderator", keep: true }],
    ["PUT", "/participants/Guy/role", { role: "moderator", keep: false }],
  ]);
});

test("a guest is renamed, and not to nothing", async () => {
  const asked = hosted({ "PUT participants/Guy/name": () => json(listed("Guy")) }, listed("Guy", { kind: "guest" }));
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Guy"));
  await press("Gérer Guy");
  const field = await screen.findByLabelText("Nom affiché de l’invité");
  await userEvent.clear(field);
  await press("Enregistrer");
  expect(screen.getByRole("alert").textContent).toContain("64");
  await userEvent.type(field, " Guy Martin ");
  await press("Enregistrer");
  expect(asked).toEqual([["PUT", "/participants/Guy/name", { name: "Guy Martin" }]]);
});

test("who is removed is asked for twice; the dialog goes with them and the focus stays in the panel", async () => {
  const asked = hosted({ "POST participants/Guy/remove": done }, listed("Guy"));
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people(person("Guy"));
  await press("Gérer Guy");
  await press("Retirer et bloquer");
  expect(asked).toEqual([]);
  const sure = screen.getByRole("dialog", { name: /Retirer et bloquer Guy/ });
  await userEvent.click(within(sure).getByRole("button", { name: "Retirer et bloquer" }));
  expect(asked).toEqual([["POST", "/participants/Guy/remove", { block: true }]]);
  people();
  expect(screen.queryByRole("dialog")).toBeNull();
  await Promise.resolve();
  expect(document.activeElement).toBe(screen.getByRole("region", { name: "Personnes" }));
});

test("who hosts this meeting alone removes from it, and blocks nobody beyond it", async () => {
  serve({
    [`GET ${path}`]: () => json({ ...room, role: "moderator", lastingRole: "member" }),
    [`GET ${path}/participants`]: () => json({ items: [listed("Guy", { kind: "guest" })] }),
  });
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />, "moderator");
  people(person("Guy"));
  await press("Gérer Guy");
  await screen.findByLabelText("Nom affiché de l’invité"); // what the server knows of both is there
  expect(screen.getByRole("button", { name: "Retirer de la réunion" })).toBeDefined();
  expect(screen.queryByRole("button", { name: "Retirer et bloquer" })).toBeNull();
});

test("Escape closes the dialog and not the panel behind it", async () => {
  hosted({}, listed("Louise"));
  const close = vi.fn();
  const { people } = await inCall(<PeoplePanel onClose={close} />);
  people(person("Louise"));
  await press("Gérer Louise");
  within(screen.getByRole("dialog")).getByRole("button", { name: "Fermer" }).focus();
  await userEvent.keyboard("{Escape}");
  expect(close).not.toHaveBeenCalled();
});

test("people are put forward in order, and shown large", async () => {
  const asked = hosted({ "PUT spotlight": () => json({ participants: [] }) }, listed("Louise"), listed("Guy"));
  const { people, signal } = await inCall(
    <>
      <PeoplePanel onClose={() => undefined} />
      <Stage />
    </>,
  );
  people(person("Louise"), person("Guy"));
  signal({ seq: 1, type: "spotlight", data: { participants: ["Guy", "gone"] } });
  await press("Gérer Louise");
  await press("Mettre en avant pour tous");
  await shut();
  await press("Gérer Guy");
  await press("Ne plus mettre en avant");
  expect(asked).toEqual([
    ["PUT", "/spotlight", { participants: ["Guy", "Louise"] }],
    ["PUT", "/spotlight", { participants: [] }],
  ]);
  expect([...document.querySelectorAll("[data-participant]")].map((tile) => tile.getAttribute("data-participant"))).toEqual(["Guy", "me", "Louise"]);
});

test("nine are put forward and no more, and who has left takes nobody's place", async () => {
  const nine = Array.from({ length: 9 }, (_, i) => `p${i}`);
  hosted({}, listed("Louise"));
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />);
  signal({ seq: 1, type: "spotlight", data: { participants: nine } });
  people(person("Louise"), ...nine.map((id) => person(id)));
  await press("Gérer Louise");
  expect(screen.getByText(/9 personnes sont déjà mises en avant/)).toBeDefined();
  people(person("Louise"), ...nine.slice(1).map((id) => person(id)));
  expect(screen.getByRole("button", { name: "Mettre en avant pour tous" })).toBeDefined();
});

const forGood = () => screen.findByLabelText("Aussi pour les prochaines réunions");

test("what everybody may do is each host's to change for the meeting, and no moderator's for good", async () => {
  const own = { ...room, forbidden: ["camera"], role: "moderator", lastingRole: "moderator" };
  const asked = hostedIn(own, { "PATCH permissions": () => json({ forbidden: ["chat"], lasting: [] }) });
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />, "moderator");
  people();
  signal({ seq: 1, type: "restrictions", data: { participant: null, forbidden: ["screen"], allowed: [], by } });
  await press("Autorisations de tous");
  expect(await screen.findByText(/Le réglage de la salle.* est différent pour la caméra.* et le partage d’écran/)).toBeDefined();
  expect(screen.queryByLabelText("Aussi pour les prochaines réunions")).toBeNull();
  await userEvent.click(screen.getByLabelText("Messages"));
  await userEvent.click(screen.getByLabelText("Partage d’écran"));
  expect(asked).toEqual([
    ["PATCH", "/permissions", { chat: false }],
    ["PATCH", "/permissions", { screen: true }],
  ]);
});

test("what is locked nobody allows, in this meeting or for good, and it is said who locked it", async () => {
  const rule = {
    name: "forbidden", title: "", kind: "forbidden", words: ["chat", "screen"], value: ["screen"], bound: ["screen"], locked: true, lockedBy: "Ministère X",
    source: { level: "organization", name: "Ministère X" }, reason: "", overrode: [],
  };
  serve({
    [`GET ${path}`]: () => json(room, 200, { ETag: '"0"' }),
    [`GET ${path}/participants`]: () => json({ items: [] }),
    [`GET ${path}/effective-policy`]: () => json({ settings: [rule] }),
  });
  const { people, signal } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people();
  signal({ seq: 1, type: "tightened", data: { tightened: [{ setting: "forbidden", value: ["chat"], lockedBy: ["Ministère Y"] }] } });
  await press("Autorisations de tous");
  await screen.findByText(/Verrouillé par Ministère X.*verrouillé par Ministère Y/);
  const box = (name: string) => screen.getByRole("checkbox", { name });
  for (const name of ["Partage d’écran", "Messages"]) {
    expect(box(name)).toHaveProperty("disabled", true);
    expect(box(name)).toHaveProperty("checked", false);
  }
  expect(box("Caméra")).toHaveProperty("disabled", false);
  await userEvent.click(await forGood());
  expect(box("Messages")).toHaveProperty("disabled", false);
  expect(box("Partage d’écran")).toHaveProperty("disabled", true);
});

test("an owner changes the setting of the room with a tick, against the version that is true now", async () => {
  const sent: unknown[] = [];
  let tries = 0;
  serve({
    [`GET ${path}`]: () => json({ ...room, forbidden: ["camera"] }, 200, { ETag: `"${String(tries)}"` }),
    [`GET ${path}/participants`]: () => json({ items: [] }),
    [`PATCH ${path}`]: async (request) => {
      tries += 1;
      if (tries === 1) return problem(412, "version-changed");
      sent.push([request.headers.get("If-Match"), await request.json()]);
      return json(room);
    },
    [`PATCH ${path}/permissions`]: async (request) => {
      sent.push(await request.json());
      return json({ forbidden: [], lasting: [] });
    },
  });
  const { people } = await inCall(<PeoplePanel onClose={() => undefined} />);
  people();
  await press("Autorisations de tous");
  const tick = await forGood();
  expect(screen.getByText(/jusqu’à la fin de la réunion/)).toBeDefined();
  await userEvent.click(tick);
  expect(screen.queryByText(/jusqu’à la fin de la réunion/)).toBeNull();
  expect(screen.getByText(/et pour les prochaines réunions/)).toBeDefined();
  expect(screen.getByRole("checkbox", { description: "Ce choix vaut pour les cases que vous changez ensuite." })).toBe(tick);
  await userEvent.click(screen.getByLabelText("Messages"));
  await vi.waitFor(() => {
    expect(sent).toEqual([['"1"', { forbidden: ["camera", "chat"] }]]);
  });
  await userEvent.click(screen.getByLabelText("Caméra")); // forbidden by the setting already, and allowed for the meeting
  await vi.waitFor(() => {
    expect(sent.slice(1)).toEqual([{ camera: null }]);
  });
});

test("what hosts decide is said to whom it concerns, and can be put away", async () => {
  const { media, people, signal } = await inCall(<Banners />, "member");
  people(person("Amine"));
  signal({ seq: 0, type: "muted", data: { participant: "me", source: "microphone", by } });
  signal({ seq: 1, type: "lock", data: { locked: true, by } });
  const log = screen.getByRole("log", { name: "Décisions des personnes qui animent" });
  expect(log.textContent).toContain("Amine a coupé votre micro.");
  expect(log.textContent).toContain("Amine a verrouillé la salle.");
  expect(media.turn).toHaveBeenCalledWith("mic", false);
  await userEvent.click(within(log).getAllByRole("button", { name: "Fermer" })[0] as HTMLElement);
  expect(log.textContent).not.toContain("coupé");
});

test("who is asked to unmute accepts or not, nothing turns on by itself", async () => {
  const { events, media, signal } = await inCall(<Banners />, "member");
  events.people([person("me", { mine: true })], { may: { mic: true, camera: true, screen: true }, micOn: false, cameraOn: false, screenOn: false });
  signal({ seq: 0, type: "unmute-asked", data: { by } });
  expect(await screen.findByText("Amine vous demande d’activer votre micro.")).toBeDefined();
  expect(media.turn).not.toHaveBeenCalled();
  await press("Activer le micro");
  expect(media.turn).toHaveBeenCalledWith("mic", true);
  expect(screen.queryByText(/vous demande/)).toBeNull();
});

test("a chat that is forbidden keeps what was written, and says why nothing is sent", async () => {
  const { api, signal } = await inCall(<ChatPanel onClose={() => undefined} />, "member");
  await userEvent.type(screen.getByRole("textbox"), "Bonj");
  signal({ seq: 1, type: "restrictions", data: { participant: "me", forbidden: ["chat"], allowed: [], by } });
  await userEvent.type(screen.getByRole("textbox"), "our{Enter}");
  expect(screen.getByRole("textbox")).toHaveProperty("value", "Bonj");
  expect(screen.getByText("Non autorisé par les personnes qui animent la réunion")).toBeDefined();
  expect(api.say).not.toHaveBeenCalled();
});

test("that the room is locked stays in sight", async () => {
  const { signal } = await inCall(<TopBar />, "member");
  expect(screen.queryByText("Salle verrouillée")).toBeNull();
  signal({ seq: 1, type: "lock", data: { locked: true, by } });
  expect(screen.getByText("Salle verrouillée")).toBeDefined();
});

test("who ended the meeting is named", async () => {
  const { signal } = await inCall(<Over reason="ended" code={undefined} onBack={() => undefined} />, "member");
  signal({ seq: 0, type: "ended", data: { by, reason: "ended" } });
  expect(screen.getByText("Amine a mis fin à la réunion pour tout le monde.")).toBeDefined();
});

const byTime = "La durée maximale de la salle est atteinte.";
const over = () => <Over reason="ended" code={undefined} onBack={() => undefined} />;

test("a meeting whose time is over names the time, and nobody", async () => {
  const { signal } = await inCall(over(), "member");
  expect(screen.queryByText(byTime)).toBeNull();
  signal({ seq: 0, type: "ended", data: { by: { name: "" }, reason: "ended-by-time" } });
  expect(screen.getByText(byTime)).toBeDefined();
});

test("who lost what was said of the end goes by the clock", async () => {
  const { signal } = await inCall(over(), "member");
  signal({ seq: 1, type: "limits", data: { endsAt: new Date(Date.now() + 30 * 60_000).toISOString() } });
  expect(screen.getByText("Elle a été fermée pour tout le monde.")).toBeDefined();
  signal({ seq: 2, type: "limits", data: { endsAt: new Date(Date.now() - 1_000).toISOString() } });
  expect(screen.getByText(byTime)).toBeDefined();
});

test("each decision is a sentence, in both languages, with a name and without", () => {
  for (const language of ["fr", "en"]) {
    const t = i18next.getFixedT(language);
    const said = ["", "Amine"].flatMap((name) => [
      sentenceOf({ type: "muted", source: "camera", by: name }, t),
      sentenceOf({ type: "lock", locked: false, by: name }, t),
      sentenceOf({ type: "role", role: "moderator", by: name }, t),
    ]);
    expect(said.every((sentence) => !sentence.includes("hosting.") && !sentence.includes("{{"))).toBe(true);
    expect(said.slice(3).every((sentence) => sentence.includes("Amine"))).toBe(true);
  }
  expect(sentenceOf({ type: "forbidden", abilities: ["microphone", "camera", "chat"], by: "" }, i18next.getFixedT("fr"))).toBe(
    "Vous ne pouvez plus utiliser le micro, la caméra et les messages.",
  );
  expect(sentenceOf({ type: "allowed", abilities: ["chat"], by: "Amine" }, i18next.getFixedT("fr"))).toBe("Amine vous laisse de nouveau utiliser les messages.");
});
