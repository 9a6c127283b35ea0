import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { eventStream } from "../../test/events";
import { config, jeanne, json, nobody, problem, room, serve, show, type Answers } from "../../test/render";
import { RoomEntrance } from "./RoomEntrance";

const place = (more: object = {}) => ({
  ticket: { id: "t1", state: "waiting", reason: "lobby", since: "2026-01-01T09:14:00Z", expiresAt: "2026-01-01T09:16:00Z", name: "Samira", note: "", ...more },
  room: { slug: room.slug, url: room.url, language: "fr" },
});

vi.mock("../meeting", () => ({
  Meeting: ({ joined, onWait }: { joined: { participant: { name: string } }; onWait: (waiting: unknown) => void }) => (
    <button type="button" onClick={() => { onWait(place({ reason: "returned" })); }}>
      in the call as {joined.participant.name}
    </button>
  ),
}));

const path = "/api/v1/rooms/abc-defg-hij";
const Shell = ({ children }: { children: ReactNode }) => <main>{children}</main>;
const joined = (name: string) => ({
  room,
  role: "member",
  participant: { id: "a1", name, assurance: "unknown", organization: "" },
  livekit: { url: "ws://x", token: "t", expiresAt: "" },
});

/** A door that answers joins one after the other, the last again and again. */
function entrance(answers: Answers, ...joins: (() => Response)[]) {
  const news = eventStream();
  const asked: { method: string; path: string; body: unknown }[] = [];
  const noted = (answer: () => Response) => async (request: Request) => {
    asked.push({ method: request.method, path: new URL(request.url).pathname.slice(path.length), body: await request.json().catch(() => undefined) });
    return answer();
  };
  let n = 0;
  serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(nobody),
    [`GET ${path}`]: () => json({ slug: room.slug, url: room.url, door: { state: "open" } }),
    [`GET ${path}/events`]: () => news.answer(),
    [`POST ${path}/join`]: noted(() => (joins[n++] ?? joins.at(-1) ?? (() => problem(500, "internal")))()),
    [`PUT ${path}/lobby/t1/note`]: noted(() => json(null, 204)),
    [`DELETE ${path}/lobby/t1`]: noted(() => json(null, 204)),
    ...answers,
  });
  show(<RoomEntrance slug="abc-defg-hij" shell={Shell} />);
  return { news, asked, ticket: (state: string, more: object = {}) => news.say("ticket", { id: "t1", state, ...more }) };
}

const wait = () => json(place(), 202);
async function knock() {
  await userEvent.type(await screen.findByLabelText("Votre nom"), "Samira");
  await userEvent.click(screen.getByRole("button", { name: "Rejoindre" }));
}

beforeEach(() => {
  const mediaDevices = Object.assign(new EventTarget(), {
    getUserMedia: () => Promise.reject(new DOMException("", "NotFoundError")),
    enumerateDevices: () => Promise.resolve([]),
  });
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("who waits reads what for, and is in the call as soon as a host says yes", async () => {
  const { asked, ticket } = entrance({}, wait, () => json(joined("Samira")));
  await knock();
  const title = await screen.findByRole("heading", { name: "Salle d’attente" });
  expect(document.activeElement).toBe(title);
  expect(document.title).toContain("En attente");
  expect(screen.getByText(/va vous faire entrer/).closest("[role=status]")).not.toBeNull();
  expect(screen.getByText(/sous le nom de Samira/)).toBeDefined();
  expect(screen.getByRole("button", { name: /caméra/ })).toBeDefined();
  await ticket("admitted");
  expect(await screen.findByText("in the call as Samira")).toBeDefined();
  expect(asked.map(({ path: at, body }) => [at, body])).toEqual([
    ["/join", { name: "Samira" }],
    ["/join", { name: "Samira" }],
  ]);
});

test.each([
  ["host", /à l’arrivée d’une personne qui l’anime/],
  ["removed", /Vous avez été retiré de la réunion/],
  ["a-reason-of-a-later-server", /va vous faire entrer/],
])("the reason is said: %s", async (reason, text) => {
  entrance({}, () => json(place({ reason }), 202));
  await knock();
  expect(await screen.findByText(text)).toBeDefined();
});

test("a line goes to the host, and is bounded", async () => {
  const { asked } = entrance({}, wait);
  await knock();
  const note = await screen.findByLabelText("Un mot à la personne qui anime");
  await userEvent.click(note);
  await userEvent.paste("é".repeat(201));
  await userEvent.click(screen.getByRole("button", { name: "Envoyer" }));
  expect(screen.getByText(/au plus 200 caractères/)).toBeDefined();
  await userEvent.clear(note);
  await userEvent.type(note, "Je suis du cabinet");
  await userEvent.click(screen.getByRole("button", { name: "Envoyer" }));
  expect(await screen.findByText("Message transmis.")).toBeDefined();
  expect(asked.at(-1)).toEqual({ method: "PUT", path: "/lobby/t1/note", body: { text: "Je suis du cabinet" } });
});

test("who leaves is back before the door, and the place is given up", async () => {
  const { asked } = entrance({}, wait);
  await knock();
  await userEvent.click(await screen.findByRole("button", { name: "Quitter la salle d’attente" }));
  expect(await screen.findByText("Vous avez quitté la salle d’attente.")).toBeDefined();
  expect(screen.getByLabelText("Votre nom")).toHaveProperty("value", "Samira");
  expect(document.activeElement?.tagName).toBe("H1");
  expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: "/lobby/t1" });
});

test("a host's no says what to do, and when one asks again too early, from when on one may", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(2026, 0, 1, 9, 14, 20) });
  const tooEarly = () => json({ code: "refused", status: 403, title: "refused" }, 403, { "Retry-After": "240" });
  const { ticket } = entrance({}, wait, tooEarly, wait);
  await knock();
  await screen.findByRole("heading", { name: "Salle d’attente" });
  await ticket("refused");
  expect(await screen.findByRole("heading", { name: "On ne vous a pas fait entrer" })).toBe(document.activeElement);
  expect(screen.getByText("Vous pourrez demander de nouveau dans quelques minutes.")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Demander de nouveau" }));
  const early = await screen.findByText(/trop tôt pour demander de nouveau.* à partir de 09:19\.$/);
  expect(early.closest("[role=alert]")).not.toBeNull();
  expect(screen.queryByText(/dans quelques minutes/)).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Demander de nouveau" }));
  expect(await screen.findByRole("heading", { name: "Salle d’attente" })).toBeDefined();
});

test.each([
  [423, "room-locked", "La salle est verrouillée"],
  [409, "room-full", "La salle est pleine"],
  [429, "lobby-full", "Trop de personnes attendent"],
  [410, "link-expired", "Vous ne pouvez pas entrer"],
])("a door that is shut says why and stays on the page: %i %s", async (status, code, title) => {
  entrance({}, () => problem(status, code));
  await knock();
  expect(await screen.findByRole("heading", { name: title })).toBeDefined();
  expect(screen.queryByRole("heading", { name: "Les réunions sont interrompues" })).toBeNull();
  expect(screen.getByRole("button", { name: /caméra/ })).toBeDefined();
});

test("who is sent back from the call waits again, and is told so", async () => {
  const { ticket } = entrance({ "GET /api/v1/me": () => json(jeanne), [`GET ${path}`]: () => json({ ...room, role: "member" }) }, () => json(joined("Jeanne Morel")));
  await userEvent.click(await screen.findByRole("button", { name: "Rejoindre" }));
  await userEvent.click(await screen.findByRole("button", { name: "in the call as Jeanne Morel" }));
  expect(await screen.findByText(/vous a remis en salle d’attente/)).toBeDefined();
  await ticket("admitted");
  expect(await screen.findByRole("button", { name: "in the call as Jeanne Morel" })).toBeDefined();
});

test("a stream that ends says that the place is kept", async () => {
  const { news } = entrance({}, wait);
  await knock();
  await screen.findByRole("heading", { name: "Salle d’attente" });
  await waitFor(() => { expect(news.count()).toBe(1); });
  await act(async () => {
    await news.end();
  });
  expect(await screen.findByText(/Votre place est gardée/)).toBeDefined();
});

test("a door behind which one waits says so on its button", async () => {
  entrance({ [`GET ${path}`]: () => json({ slug: room.slug, url: room.url, door: { state: "lobby" } }) }, wait);
  expect(await screen.findByRole("button", { name: "Demander à entrer" })).toBeDefined();
});

test("a guest who has proved an address knocks again with it, and keeps waiting", async () => {
  const { asked } = entrance(
    {
      "GET /api/v1/config": () => json({ ...config, emailProof: true }),
      "POST /api/v1/me/email": () => json(null, 204),
      "POST /api/v1/me/email/confirm": () => json({ assurance: "email", email: "samira@example.org" }),
    },
    wait,
  );
  await knock();
  await userEvent.click(await screen.findByRole("button", { name: "Prouver votre adresse électronique" }));
  await userEvent.keyboard("samira@example.org{Enter}");
  await screen.findByLabelText("Code reçu");
  await userEvent.keyboard("123456{Enter}");
  expect(await screen.findByText(/samira@example.org est prouvée/)).toBeDefined();
  await waitFor(() => { expect(asked.map(({ path: at }) => at)).toEqual(["/join", "/join"]); });
  expect(screen.getByRole("heading", { name: "Salle d’attente" })).toBeDefined();
});

test("where no mail is sent, nothing is offered", async () => {
  entrance({}, wait);
  await knock();
  await screen.findByRole("heading", { name: "Salle d’attente" });
  expect(screen.queryByRole("button", { name: "Prouver votre adresse électronique" })).toBeNull();
});

test("who is signed in proves nothing", async () => {
  entrance({ "GET /api/v1/config": () => json({ ...config, emailProof: true }), "GET /api/v1/me": () => json(jeanne) }, wait);
  await userEvent.click(await screen.findByRole("button", { name: "Rejoindre" }));
  await screen.findByRole("heading", { name: "Salle d’attente" });
  expect(screen.queryByRole("button", { name: "Prouver votre adresse électronique" })).toBeNull();
});

test("where an address is asked for it is proved at once, unseen, and the way goes on from there", async () => {
  const asked = (state: string) => ({ [`GET ${path}`]: () => json({ slug: room.slug, url: room.url, door: { state } }) });
  const { asked: sent } = entrance(
    {
      ...asked("email"),
      "GET /api/v1/config": () => json({ ...config, emailProof: true }),
      "POST /api/v1/me/email": () => json(null, 204),
      "POST /api/v1/me/email/confirm": () => json({ assurance: "email", email: "samira@example.org" }),
    },
    () => json(place({ reason: "email" }), 202),
    wait,
  );
  expect(await screen.findByText(/demande une adresse électronique prouvée. À la page suivante/)).toBeDefined();
  await knock();
  expect(await screen.findByText(/Prouvez la vôtre ici/)).toBeDefined();
  expect(document.activeElement?.tagName).toBe("H1");
  expect(screen.queryByLabelText("Un mot à la personne qui anime")).toBeNull();
  expect(screen.queryByRole("button", { name: "Pas maintenant" })).toBeNull();
  await userEvent.type(screen.getByLabelText("Adresse électronique"), "samira@example.org");
  await userEvent.click(screen.getByRole("button", { name: "M’envoyer un code" }));
  await userEvent.type(await screen.findByLabelText("Code reçu"), "123456");
  await userEvent.click(screen.getByRole("button", { name: "Confirmer" }));
  expect(await screen.findByText(/va vous faire entrer/)).toBeDefined();
  expect(screen.getByLabelText("Un mot à la personne qui anime")).toBeDefined();
  expect(sent.filter(({ path: at }) => at === "/join")).toHaveLength(2);
});
