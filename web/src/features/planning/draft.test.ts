import { expect, test } from "vitest";
import { ApiError } from "../../api/error";
import type { Meeting } from "../../api/meetings";
import { changeOfDate, dateDraftOf } from "./dateChange";
import { changeOf, draftOf, makePasscode, meetingOf, newDraft, wrongBy, wrongIn, type Draft } from "./draft";

const meeting: Meeting = {
  id: "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58", uid: "u", sequence: 0, status: "confirmed", createdAt: "2026-11-01T09:00:00Z", updatedAt: "2026-11-01T09:00:00Z",
  title: "Comité", start: "2026-11-24T09:00:30", timeZone: "Europe/Paris", duration: "PT1H30M",
  recurrence: { rules: ["FREQ=WEEKLY;COUNT=5;BYDAY=TU"], exdates: ["2026-12-01T09:00:30"] },
  access: { entry: "members", opensBefore: "PT20M", passcode: "482913" }, invitees: [
    { id: "i1", user: "p2", name: "Amine Kader", role: "moderator", required: false, rsvp: "accepted" },
    { id: "i2", email: "louise@justice.example", role: "presenter", required: true, rsvp: "declined" },
  ],
  links: { join: "http://localhost/abc-defg-hij" }, warnings: [],
};
const draft = draftOf(meeting);
const wrong = (change: Partial<Draft>) => Object.keys(wrongIn({ ...draft, ...change }));

test.each<[string, Partial<Draft>, string]>([
  ["no title", { title: "  " }, "title"],
  ["a title of 201 characters", { title: "é".repeat(201) }, "title"],
  ["a description without end", { description: "x".repeat(10_001) }, "description"],
  ["no date", { date: "" }, "start"],
  ["the 31st of April", { date: "2027-04-31" }, "start"],
  ["no time", { time: "" }, "start"],
  ["five minutes", { minutes: 5 }, "duration"],
  ["two days", { minutes: 2880 }, "duration"],
  ["a week without days", { repeats: { pattern: { kind: "weekly", every: 1, days: [] }, end: { kind: "never" } } }, "repeats"],
  ["letters for a passcode", { passcode: "abcd" }, "passcode"],
  ["three digits", { passcode: "123" }, "passcode"],
])("%s is refused beside its field", (_, change, name) => {
  expect(wrong(change)).toEqual([name]);
});

test("what the server refuses is told beside the field that it names", () => {
  const at = (...locations: string[]) => Object.keys(wrongBy(new ApiError(422, { code: "invalid-request", errors: locations.map((location) => ({ location, message: "" })) })));
  expect(at("body.start", "body.recurrence.rules[0]", "body.invitees[3].email", "body.access.opensBefore")).toEqual(["start", "repeats", "invitees", "opensBefore"]);
  expect(at("body.settings.forbidden[0]")).toEqual([]);
});

test("a draft that nobody touched is no change", () => {
  expect(wrongIn(draft)).toEqual({});
  expect(changeOf(meeting, draft)).toEqual({});
});

test("a change says what differs and nothing else", () => {
  expect(changeOf(meeting, { ...draft, time: "10:00", passcode: "", minutes: 45 })).toEqual({ start: "2026-11-24T10:00:00", duration: "PT45M", access: { passcode: null } });
  expect(changeOf(meeting, { ...draft, repeats: { ...draft.repeats, end: { kind: "never" } } })).toEqual({ recurrence: { rules: ["FREQ=WEEKLY;BYDAY=TU"] } });
});

test("who is invited besides leaves the others as they are", () => {
  const change = changeOf(meeting, { ...draft, guests: [...draft.guests, { who: { email: "zoe@example.org" }, name: "zoe@example.org", role: "member", required: true }] });
  expect(change).toEqual({ invitees: [
    { user: "p2", role: "moderator", required: false },
    { email: "louise@justice.example", role: "presenter", required: true },
    { email: "zoe@example.org", role: "member", required: true },
  ] });
});

test("a new one begins with the next full hour of a working day", () => {
  const at = (hour: number, minute: number) => {
    const { date, time } = newDraft(new Date(2026, 10, 24, hour, minute));
    return `${date} ${time}`;
  };
  expect([at(6, 0), at(9, 1), at(16, 59), at(17, 0), at(23, 30)]).toEqual(["2026-11-24 09:00", "2026-11-24 10:00", "2026-11-24 17:00", "2026-11-25 09:00", "2026-11-25 09:00"]);
});

test("what is empty is left out of what is asked for", () => {
  const plain = { ...newDraft(new Date(2026, 10, 24, 8)), title: " Comité ", timeZone: "Europe/Paris" };
  expect(meetingOf(plain, "fr")).toEqual({ title: "Comité", language: "fr", start: "2026-11-24T09:00:00", timeZone: "Europe/Paris", duration: "PT1H", access: { entry: "signed-in", opensBefore: "PT15M" } });
});

test("a passcode is six digits", () => {
  for (let i = 0; i < 50; i++) expect(makePasscode()).toMatch(/^\d{6}$/);
});

const second = { id: "20261208T090030", title: "Comité", start: "2026-12-08T08:00:30Z", end: "2026-12-08T09:30:30Z" };

test("one date is shown on the clocks of the meeting, and says what differs of it", () => {
  const before = dateDraftOf(second, "Europe/Paris");
  expect(before).toEqual({ title: "Comité", date: "2026-12-08", time: "09:00", minutes: 90 });
  expect(changeOfDate(meeting, second, before, "this", 3)).toEqual({});
  expect(changeOfDate(meeting, second, { ...before, date: "2026-12-09", minutes: 60 }, "this", 3)).toEqual({ start: "2026-12-09T09:00:00", duration: "PT1H" });
});

test("every Tuesday becomes every Wednesday for those that follow, and as many as are left", () => {
  const before = dateDraftOf(second, "Europe/Paris");
  expect(changeOfDate(meeting, second, { ...before, date: "2026-12-09" }, "thisAndFollowing", 3)).toEqual({
    start: "2026-12-09T09:00:00", recurrence: { rules: ["FREQ=WEEKLY;BYDAY=WE;COUNT=3"] },
  });
  expect(changeOfDate(meeting, second, { ...before, time: "10:00" }, "thisAndFollowing", 3)).toEqual({ start: "2026-12-08T10:00:00" });
});
