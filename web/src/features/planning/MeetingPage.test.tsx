import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { config, jeanne, json, problem, serve, show, type Answers } from "../../test/render";
import { MeetingPage } from "./MeetingPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const meeting = {
  id: "m2", status: "confirmed", title: "Suite", start: "2030-11-19T09:00:00", timeZone: "Europe/Paris", duration: "PT1H",
  recurrence: { rules: ["FREQ=WEEKLY;COUNT=5"] }, organizer: { user: "p1", name: "Jeanne Morel" }, room: { mode: "dedicated" }, invitees: [],
  links: { join: "http://localhost/abc-defg-hij" }, warnings: [],
};

function open(more: object = {}, answers: Answers = {}) {
  serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/meetings/m2": () => json({ ...meeting, ...more }, 200, { ETag: '"1"' }),
    "GET /api/v1/meetings/m2/occurrences": () => json({ items: [] }),
    ...answers,
  });
  show(<MeetingPage id="m2" />);
}

test("the later part of a series names the earlier one, to who may read it", async () => {
  open({ splitFrom: "m1" }, { "GET /api/v1/meetings/m1": () => json({ ...meeting, id: "m1", title: "Comité" }, 200, { ETag: '"2"' }) });
  expect((await screen.findByRole("link", { name: "Comité" }, { timeout: 5000 })).getAttribute("href")).toBe("/meetings/m1");
  expect(screen.getByText(/Ses dates précédentes/)).toBeDefined();
});

test("the earlier part of a series names the one that goes on", async () => {
  open({ splitInto: "m3" }, { "GET /api/v1/meetings/m3": () => json({ ...meeting, id: "m3", title: "Comité" }, 200, { ETag: '"2"' }) });
  expect((await screen.findByRole("link", { name: "Comité" }, { timeout: 5000 })).getAttribute("href")).toBe("/meetings/m3");
  expect(screen.getByText(/Ses dates suivantes/)).toBeDefined();
});

test("an earlier part that one may not read is not spoken of", async () => {
  open({ splitFrom: "m1" }, { "GET /api/v1/meetings/m1": () => problem(404, "meeting-not-found") });
  await screen.findByRole("heading", { level: 1, name: "Suite" });
  expect(screen.queryByText(/Ses dates précédentes/)).toBeNull();
});

const coming: Answers = {
  "GET /api/v1/meetings/m2/occurrences": () => json({ items: [{ id: "20301126T090000", title: "Suite", start: "2030-11-26T08:00:00Z", end: "2030-11-26T09:00:00Z" }] }),
};

test("a meeting all of whose dates are over is not offered to be cancelled", async () => {
  open();
  await screen.findByRole("heading", { level: 1, name: "Suite" });
  expect(screen.queryByRole("button", { name: "Annuler la réunion" })).toBeNull();
});

test.each([
  ["stays of one of which some dates were held", "20301119T090000", /^Ce qui est à venir disparaît.* Les dates qui ont eu lieu restent sous «\sRéunions passées\s»\./],
  ["is not spoken of where none was held", "20301126T090000", /^Elle disparaît de tous les agendas/],
])("what was held %s, before it is cancelled", async (_what, first, words) => {
  open({ first }, coming);
  expect(await screen.findByText(words)).toBeDefined();
});

test.each<[string, object, RegExp]>([
  ["a meeting with a room of its own", { recurrence: undefined }, /La salle créée pour elle est fermée\.$/],
  ["a series, which may have been parted", {}, /est fermée, sauf si une autre partie de la série y a lieu\.$/],
  ["a meeting in a room that stays", { room: { mode: "existing", slug: "abc-defg-hij" } }, /n’a plus lieu\.$/],
])("what becomes of the room of %s is said before it is cancelled", async (_what, more, words) => {
  open(more, coming);
  expect((await screen.findByText(/^Elle disparaît de tous les agendas/)).textContent).toMatch(words);
});

test("what a policy locked is told with who locked it, and not what was planned", async () => {
  const settings = [
    { name: "maxParticipants", value: 20, origin: "organization", by: "Ministère X", locked: true, bound: 20, lockedBy: "Ministère X", reason: "" },
    { name: "guests", value: "allowed", origin: "platform", locked: true, bound: "allowed", lockedBy: "platform", reason: "" },
    { name: "opensBefore", value: "PT15M", origin: "platform", locked: false, reason: "" },
  ];
  open({ settings: { maxParticipants: 50 } }, { "GET /api/v1/meetings/m2/effective-policy": () => json({ settings }) });
  expect((await screen.findByText(/Verrouillé par Ministère X/, undefined, { timeout: 5000 })).textContent).toContain("20");
  expect(screen.queryByText("50")).toBeNull();
  expect(screen.getAllByText(/Verrouillé par/)).toHaveLength(1);
});
