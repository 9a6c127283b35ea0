import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { EffectiveSetting } from "../../api/policies";
import { config, jeanne, json, problem, serve, show, type Answers } from "../../test/render";
import { beyond, begun, inRoom, makesRooms } from "./allowed";
import { newDraft, wrongBy } from "./draft";
import { meetingOf } from "./request";
import { ApiError } from "../../api/error";
import { NewMeetingPage } from "./NewMeetingPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const rule = (name: string, kind: EffectiveSetting["kind"], value: unknown, extra: Partial<EffectiveSetting> = {}): EffectiveSetting => ({
  name,
  title: name,
  kind,
  value,
  bound: value,
  locked: true,
  lockedBy: "Ministère X",
  source: { level: "organization", id: "o1", name: "Ministère X" },
  reason: "locked by Ministère X",
  overrode: [],
  ...extra,
});
const entryWords = ["everyone", "signed-in", "organization", "members", "hosts"];
const entry = rule("entry", "choice", "organization", { words: entryWords });

function plan(answers: Answers) {
  const planned: { access?: { entry?: string } }[] = [];
  serve({
    "GET /api/v1/config": () => json(config),
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
  show(<NewMeetingPage />);
  return planned;
}

const rules = (...settings: EffectiveSetting[]) => ({ "GET /api/v1/me/effective-policy": () => json({ settings }) });
const title = () => screen.findByRole("textbox", { name: "Titre" });
const save = () => userEvent.click(screen.getByRole("button", { name: "Planifier la réunion" }));

test("what a policy forbids cannot be chosen, and the form says who locked it", async () => {
  const planned = plan(rules(entry, rule("maxMinutes", "limit", 120)));
  await title();
  await screen.findByText(/Ce qui compte\s: les agents de l’organisme de la salle\. Verrouillé par Ministère X\./);
  expect(screen.getByRole("option", { name: "Toute personne qui a le lien" })).toHaveProperty("disabled", true);
  expect(screen.getByRole("option", { name: "Mon organisation" })).toHaveProperty("selected", true);
  const lengths = screen.getByRole("combobox", { name: "Durée" });
  expect([...lengths.querySelectorAll("option")].filter((one) => one.disabled).map((one) => Number(one.value))).toEqual([150, 180, 240, 300, 360, 420, 480]);
  await userEvent.type(await title(), "Comité");
  await save();
  await waitFor(() => {
    expect(planned[0]?.access?.entry).toBe("organization");
  });
});

test("a refusal of the server stands at its field", async () => {
  plan({
    ...rules(),
    "POST /api/v1/meetings": () => json({ code: "policy-locked", status: 422, title: "", errors: [{ location: "body.access.entry", message: "locked by Ministry X" }] }, 422),
  });
  await userEvent.type(await title(), "Comité");
  await save();
  await waitFor(() => {
    expect(screen.getByRole("combobox", { name: "Qui entre sans attendre ?" }).getAttribute("aria-invalid")).toBe("true");
  });
  expect(screen.getAllByText("Une règle de votre organisation ne le permet pas.").length).toBeGreaterThan(0);
});

test("who may make no room is told who does, and can take one that exists", async () => {
  plan(rules(rule("roomCreation", "choice", "agents-mfa", { words: ["people", "agents", "agents-mfa", "software", "nobody"] })));
  await screen.findByText(/Les salles sont créées par\s: les agents avec second facteur, et les logiciels\..*Verrouillé par Ministère X\./);
  expect(screen.getByRole("radio", { name: /second facteur/, hidden: true })).toHaveProperty("disabled", true);
});

test("a policy that cannot be read stops nobody", async () => {
  const planned = plan({ "GET /api/v1/me/effective-policy": () => problem(503, "unavailable") });
  await userEvent.type(await title(), "Comité");
  await save();
  await waitFor(() => {
    expect(planned[0]?.access?.entry).toBe("signed-in");
  });
});

test("a meeting asks for nothing beyond a lock, and keeps what it promised before", () => {
  const draft = { ...newDraft(new Date("2026-11-20T09:00:00Z")), entry: "everyone" as const, minutes: 180, assurance: "email" as const, maxParticipants: "30" };
  const all = [entry, rule("maxMinutes", "limit", 120), rule("maxParticipants", "limit", 20), rule("minAssurance", "choice", "agent", { words: ["unknown", "phone", "email", "agent", "agent-mfa"] })];
  expect(beyond(draft, draft, true, all)).toEqual({ entry: "locked", duration: "locked", assurance: "locked", maxParticipants: "locked" });
  expect(beyond(draft, draft, false, all)).toEqual({});
  expect(beyond({ ...draft, mode: "existing" }, draft, true, all)).toEqual({ entry: "locked", duration: "locked" });
  expect(beyond(draft, draft, true, undefined)).toEqual({});
});

test("a new meeting begins with the default of its organization", () => {
  const draft = newDraft(new Date("2026-11-20T09:00:00Z"));
  expect(begun(draft, [{ ...entry, value: "members", locked: false }]).entry).toBe("members");
  expect(begun(draft, undefined)).toBe(draft);
});

test("what its organization begins with is said whole, so that taking it back counts", () => {
  const draft = newDraft(new Date("2026-11-20T09:00:00Z"));
  const free = { locked: false } as const;
  const with20 = begun(draft, [
    rule("minAssurance", "choice", "agent", { ...free, words: ["unknown", "phone", "email", "agent", "agent-mfa"] }), rule("maxParticipants", "limit", 20, free),
    rule("opensWithHost", "switch", true, free), rule("muteOnEntry", "switch", true, free), rule("forbidden", "forbidden", ["chat"], free),
  ]);
  const asked = meetingOf({ ...with20, title: "Comité" }, "fr");
  expect(asked.access?.minAssurance).toBe("agent");
  expect(asked.settings).toEqual({ maxParticipants: 20, opensWithHost: true, muteOnEntry: true, forbidden: ["chat"] });
  const back = meetingOf({ ...with20, assurance: "unknown", maxParticipants: "", opensWithHost: false, muteOnEntry: false, forbidden: [] }, "fr");
  expect(back.access?.minAssurance).toBe("unknown");
  expect(back.settings).toEqual({ maxParticipants: 0, opensWithHost: false, muteOnEntry: false, forbidden: [] });
  expect(meetingOf(draft, "fr").settings).toBeUndefined(); // what is not known is left to the server
});

test("who makes rooms follows from how sure one is of them", () => {
  const by = (value: string) => [rule("roomCreation", "choice", value)];
  expect(makesRooms(by("nobody"), "agent-mfa")).toBe(false);
  expect(makesRooms(by("software"), "agent-mfa")).toBe(false);
  expect(makesRooms(by("agents-mfa"), "agent")).toBe(false);
  expect(makesRooms(by("agents"), "email")).toBe(false);
  expect(makesRooms(by("agents"), "agent")).toBe(true);
  expect(makesRooms(by("people"), "unknown")).toBe(true);
  expect(makesRooms(undefined, "unknown")).toBe(true);
});

test("a refusal names the room where it is about who makes rooms", () => {
  const error = new ApiError(403, { code: "policy-locked", errors: [{ location: "policy.roomCreation", message: "" }] });
  expect(wrongBy(error)).toEqual({ room: "locked" });
});

test("a room that exists has its own rules, and who makes rooms is still what counts for oneself", () => {
  const mine = [rule("roomCreation", "choice", "nobody", { words: ["people", "nobody"] }), rule("maxMinutes", "limit", 480)];
  const ofRoom = [rule("maxMinutes", "limit", 60, { lockedBy: "Bureau" })];
  const rules = inRoom(mine, ofRoom);
  expect(makesRooms(rules, "agent-mfa")).toBe(false);
  const draft = { ...newDraft(new Date()), mode: "existing" as const, slug: "abc-defg-hij", minutes: 90 };
  expect(beyond(draft, draft, true, rules)).toEqual({ duration: "locked" });
  expect(beyond(draft, draft, true, inRoom(mine, undefined))).toEqual({});
});
