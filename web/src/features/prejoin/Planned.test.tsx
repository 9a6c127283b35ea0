import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { forgetLink } from "../../browser/personalLink";
import { eventStream } from "../../test/events";
import { config, jeanne, json, nobody, problem, room, serve, show, type Answers } from "../../test/render";
import { RoomEntrance } from "./RoomEntrance";

vi.mock("../meeting", () => ({ Meeting: ({ joined }: { joined: { participant: { name: string } } }) => <p>in the call as {joined.participant.name}</p> }));

const slug = "abc-defg-hij";
const path = `/api/v1/rooms/${slug}`;
const Shell = ({ children }: { children: ReactNode }) => <main>{children}</main>;
const door = (now: object, more: object = {}) => json({ slug: room.slug, url: room.url, door: now, ...more });
const opensAt = new Date(Date.now() + 3 * 86_400_000).toISOString();
const early = (at = opensAt) => ({ state: "refused", code: "not-open-yet", opensAt: at });
const joined = (name: string) =>
  json({
    room,
    role: "member",
    participant: { id: "a1", name, assurance: "unknown", organization: "" },
    livekit: { url: "ws://x", token: "t", expiresAt: "" },
  });

/** A room whose door a test opens, and what was sent to it. */
function entrance(first: object, answers: Answers = {}, more: object = {}) {
  const news = eventStream();
  const sent: unknown[] = [];
  const links: (string | null)[] = [];
  let now = first;
  serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(nobody),
    [`GET ${path}`]: (request) => {
      links.push(request.headers.get("Parvis-Link"));
      return door(now, more);
    },
    [`GET ${path}/events`]: () => news.answer(),
    [`POST ${path}/join`]: async (request) => {
      sent.push(await request.json());
      return joined("Zoé");
    },
    ...answers,
  });
  show(<RoomEntrance slug={slug} shell={Shell} />);
  return {
    sent,
    links,
    news,
    becomes: async (next: object) => {
      now = next;
      await news.say("door", next);
    },
  };
}

beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0.01);
  const mediaDevices = Object.assign(new EventTarget(), {
    getUserMedia: () => Promise.reject(new DOMException("", "NotFoundError")),
    enumerateDevices: () => Promise.resolve([]),
  });
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
  history.replaceState(null, "", `/${slug}`);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  localStorage.clear();
  forgetLink(slug);
  history.replaceState(null, "", "/");
});

test("before a meeting opens the page says when, by the name of the day", async () => {
  entrance(early());
  const day = new Intl.DateTimeFormat("fr", { weekday: "long", day: "numeric", month: "long" }).format(new Date(opensAt));
  const said = await screen.findByText(new RegExp(`Cette réunion ouvre le ${day}`));
  expect(said.closest("[role=status]")).not.toBeNull();
  expect(screen.getByRole("button", { name: "Entrer dès l’ouverture" })).toBeDefined();
});

test("another date is said as soon as the meeting is moved", async () => {
  const { becomes } = entrance(early());
  await screen.findByText(/Cette réunion ouvre le/);
  const later = new Date(Date.parse(opensAt) + 86_400_000).toISOString();
  await becomes(early(later));
  const day = new Intl.DateTimeFormat("fr", { weekday: "long", day: "numeric", month: "long" }).format(new Date(later));
  expect(await screen.findByText(new RegExp(`Cette réunion ouvre le ${day}`))).toBeDefined();
});

test("who did not ask to go in is shown the way in when it opens", async () => {
  const { becomes, sent } = entrance(early());
  await screen.findByText(/Cette réunion ouvre le/);
  await becomes({ state: "open" });
  expect(await screen.findByRole("button", { name: "Rejoindre" })).toBeDefined();
  expect(screen.queryByText(/Cette réunion ouvre/)).toBeNull();
  expect(sent).toEqual([]);
});

test("who asked to go in is in the call when it opens, once", async () => {
  const { becomes, sent } = entrance(early());
  await userEvent.type(await screen.findByLabelText("Votre nom"), "Zoé");
  await userEvent.click(screen.getByRole("button", { name: "Entrer dès l’ouverture" }));
  const title = await screen.findByRole("heading", { name: "Cette réunion n’est pas encore ouverte" });
  expect(document.activeElement).toBe(title);
  expect(screen.getByText(/Vous entrerez automatiquement/)).toBeDefined();
  expect(sent).toEqual([]);
  await becomes({ state: "open" });
  expect(await screen.findByText("in the call as Zoé")).toBeDefined();
  expect(sent).toEqual([{ name: "Zoé" }]);
});

test("who thinks better of it stays outside", async () => {
  const { becomes, sent } = entrance(early(), { "GET /api/v1/me": () => json(jeanne) });
  await userEvent.click(await screen.findByRole("button", { name: "Entrer dès l’ouverture" }));
  await userEvent.click(screen.getByRole("button", { name: "Ne plus entrer automatiquement" }));
  await becomes({ state: "open" });
  expect(await screen.findByRole("button", { name: "Rejoindre" })).toBeDefined();
  expect(sent).toEqual([]);
});

test("where nothing can be heard, the page looks when the time has come", async () => {
  let opens = false;
  entrance(early(), {
    [`GET ${path}/events`]: () => problem(404, "ticket-not-found"),
    [`GET ${path}`]: () => {
      const now = opens ? { state: "open" } : early(new Date(Date.now() + 1000).toISOString());
      opens = true;
      return door(now);
    },
  });
  expect(await screen.findByText(/Cette réunion ouvre/)).toBeDefined();
  expect(await screen.findByRole("button", { name: "Rejoindre" }, { timeout: 15_000 })).toBeDefined();
}, 20_000);

test("a meeting that is over says so", async () => {
  entrance({ state: "refused", code: "meeting-over" });
  expect(await screen.findByRole("heading", { name: "Cette réunion est terminée" })).toBeDefined();
  expect(screen.getByText(/Demandez une autre date/)).toBeDefined();
});

test("a personal link leaves the address, opens the door and proposes the name on it", async () => {
  history.replaceState(null, "", `/${slug}?x=1#i=s3cr3t`);
  const { sent, links } = entrance({ state: "open" }, {}, { invited: "Zoé Martin" });
  expect(await screen.findByDisplayValue("Zoé Martin")).toBeDefined();
  expect(location.pathname + location.search + location.hash).toBe(`/${slug}?x=1`);
  await userEvent.clear(screen.getByLabelText("Votre nom"));
  await userEvent.type(screen.getByLabelText("Votre nom"), "Zoé");
  await userEvent.click(screen.getByRole("button", { name: "Rejoindre" }));
  expect(await screen.findByText("in the call as Zoé")).toBeDefined();
  expect(new Set(links)).toEqual(new Set(["s3cr3t"]));
  expect(sent).toEqual([{ link: "s3cr3t", name: "Zoé" }]);
});

test("a link that is not known is said, forgotten and no hindrance", async () => {
  history.replaceState(null, "", `/${slug}#i=old`);
  const { sent } = entrance({ state: "open" }, {}, { notice: "link-unknown" });
  expect((await screen.findByRole("alert")).textContent).toContain("n’est plus valable");
  await userEvent.type(screen.getByLabelText("Votre nom"), "Zoé{Enter}");
  expect(await screen.findByText("in the call as Zoé")).toBeDefined();
  expect(sent).toEqual([{ name: "Zoé" }]);
});

test("a passcode is asked for where the door says so, and sent as digits", async () => {
  const { sent } = entrance({ state: "passcode" });
  await userEvent.type(await screen.findByLabelText("Votre nom"), "Zoé");
  await userEvent.click(screen.getByRole("button", { name: "Rejoindre" }));
  expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toContain("Saisissez le code d’accès : de quatre à douze chiffres.");
  expect(sent).toEqual([]);
  const field = screen.getByLabelText("Code d’accès");
  expect(field.getAttribute("inputmode")).toBe("numeric");
  await userEvent.type(field, "48 29 13{Enter}");
  expect(await screen.findByText("in the call as Zoé")).toBeDefined();
  expect(sent).toEqual([{ passcode: "482913", name: "Zoé" }]);
});

test("a wrong passcode is said at its field, until another is typed", async () => {
  entrance({ state: "passcode" }, { [`POST ${path}/join`]: () => problem(403, "passcode-wrong") });
  await userEvent.type(await screen.findByLabelText("Votre nom"), "Zoé");
  await userEvent.type(screen.getByLabelText("Code d’accès"), "1111{Enter}");
  await waitFor(() => {
    expect(screen.getAllByRole("alert").map((alert) => alert.textContent).join()).toContain("Ce n’est pas le code d’accès");
  });
  expect(screen.getByLabelText("Code d’accès").getAttribute("aria-invalid")).toBe("true");
  await userEvent.type(screen.getByLabelText("Code d’accès"), "2");
  expect(screen.getByLabelText("Code d’accès").getAttribute("aria-invalid")).toBeNull();
});

test("who is asked for the passcode only when they join gets the field then", async () => {
  let tries = 0;
  entrance({ state: "open" }, { [`POST ${path}/join`]: () => (tries++ === 0 ? problem(403, "passcode-required") : joined("Zoé")) });
  await userEvent.type(await screen.findByLabelText("Votre nom"), "Zoé{Enter}");
  await userEvent.type(await screen.findByLabelText("Code d’accès"), "482913{Enter}");
  expect(await screen.findByText("in the call as Zoé")).toBeDefined();
});
