import { expect, test } from "vitest";
import { ApiError } from "../../api/error";
import type { Meeting } from "../../api/meetings";
import { changeOfDate, dateDraftOf } from "./dateChange";
import { endOfDay, lastDayBefore, minutesBefore, reminderOf } from "./days";
import { draftOf, isOver, makePasscode, newDraft, wrongBy, wrongIn, type Draft } from "./draft";
import { changeOf, meetingOf } from "./request";

const meeting: Meeting = {
  id: "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58", uid: "u", sequence: 0, status: "confirmed", createdAt: "2026-11-01T09:00:00Z", updatedAt: "2026-11-01T09:00:00Z",
  title: "Comité", start: "2026-11-24T09:00:30", timeZone: "Europe/Paris", duration: "PT1H30M",
  recurrence: { rules: ["FREQ=WEEKLY;COUNT=5;BYDAY=TU"], exdates: ["2026-12-01T09:00:30"] },
  access: { entry: "members", opensBefore: "PT20M", passcode: "482913" }, invitees: [
    { id: "i1", user: "p2", name: "Amine Kader", role: "moderator", required: false, rsvp: "accepted" },
    { id: "i2", email: "louise@justice.example", role: "presenter", required: true, rsvp: "declined" },
  ],
  links: { join: "http://localhost/abc-defg-hij", html: "http://localhost/meetings/m", ics: "http://localhost/api/v1/meetings/m?format=ics" }, warnings: [],
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

test("a deputy whose last day is over is refused, unless that was so before", () => {
  const now = Date.parse("2026-11-24T09:00:00Z");
  const [past, later] = [{ user: "p2", until: "2026-11-24T00:00:00Z" }, { user: "p2", until: "2026-11-25T00:00:00Z" }];
  expect(isOver(past, [], now)).toBe(true);
  expect(isOver(past, [later], now)).toBe(true);
  expect(isOver(past, [past], now)).toBe(false);
  expect(isOver(later, [], now)).toBe(false);
  expect(isOver({ user: "p2" }, [], now)).toBe(false);
});

test("a question about changed dates marks no field", () => {
  const asked = new ApiError(409, { code: "overrides-conflict", errors: [{ location: "body.recurrence", message: "" }] });
  expect(wrongBy(asked)).toEqual({});
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

test("an invitee keeps the language of their mails", () => {
  const [amine, louise] = meeting.invitees ?? [];
  const spoken: Meeting = { ...meeting, invitees: [{ ...amine, language: "fr" }, { ...louise, language: "en" }] };
  const changed = draftOf(spoken).guests.map((guest) => ({ ...guest, role: "member" as const }));
  expect(changeOf(spoken, { ...draftOf(spoken), guests: changed }).invitees?.map(({ language }) => language)).toEqual(["fr", "en"]);
});

test("whom others invited, changed and struck off meanwhile stays so", () => {
  const [amine = {}, louise = {}] = meeting.invitees ?? [];
  const now: Meeting = { ...meeting, invitees: [{ ...amine, role: "presenter" }, { email: "paul@example.org", role: "member", required: true }], deputies: [{ user: "p7" }] };
  const zoe = { who: { email: "zoe@example.org" }, name: "zoe@example.org", role: "member" as const, required: true };
  expect(changeOf(meeting, { ...draft, guests: [...draft.guests, zoe], deputies: [{ user: "p8" }] }, now)).toEqual({
    invitees: [
      { user: "p2", role: "presenter", required: false },
      { email: "paul@example.org", role: "member", required: true },
      { email: "zoe@example.org", role: "member", required: true },
    ],
    deputies: [{ user: "p7" }, { user: "p8" }],
  });
  const struck = { ...draft, guests: draft.guests.slice(1) };
  expect(changeOf(meeting, struck, { ...now, invitees: [amine, louise, { user: "p9", role: "member", required: true }] }).invitees).toEqual([
    { email: "louise@justice.example", role: "presenter", required: true },
    { user: "p9", role: "member", required: true },
  ]);
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
  expect(meetingOf(plain, "fr")).toEqual({ title: "Comité", language: "fr", start: "2026-11-24T09:00:00", timeZone: "Europe/Paris", duration: "PT1H", access: { entry: "signed-in", opensBefore: "PT15M", closesAfter: "PT30M" } });
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

const further: Partial<Draft> = {
  reminders: [1440, 15], deputies: [{ user: "p3", name: "Zoé", until: "2027-01-31T23:00:00.000Z" }], assurance: "agent", maxParticipants: "40", opensWithHost: true, muteOnEntry: true, forbidden: ["screen"],
};

test.each<[string, Partial<Draft>, string]>([
  ["a room for 1001 people", { maxParticipants: "1001" }, "maxParticipants"],
  ["a room for nobody", { maxParticipants: "0" }, "maxParticipants"],
  ["one of my rooms, without saying which", { mode: "existing" }, "room"],
])("%s is refused beside its field", (_, change, name) => {
  expect(wrong(change)).toEqual([name]);
});

test("what another room decides itself is not held against a draft that goes there", () => {
  expect(wrong({ mode: "personal", passcode: "abcd", maxParticipants: "many" })).toEqual([]);
});

test("a room of the meeting's own takes all that is said of it", () => {
  expect(meetingOf({ ...draft, ...further, passcode: "" }, "fr")).toMatchObject({
    access: { minAssurance: "agent" }, settings: { maxParticipants: 40, opensWithHost: true, muteOnEntry: true, forbidden: ["screen"] },
    reminders: ["-P1D", "-PT15M"], deputies: [{ user: "p3", until: "2027-01-31T23:00:00.000Z" }],
  });
});

test("a room with settings of its own is asked for without any", () => {
  const asked = meetingOf({ ...draft, ...further, mode: "existing", slug: "abc-defg-hij" }, "fr");
  expect(asked.room).toEqual({ mode: "existing", slug: "abc-defg-hij" });
  expect(asked.settings).toBeUndefined();
  expect(asked.access).toEqual({ entry: "members", opensBefore: "PT20M", closesAfter: "PT30M" });
});

test("a meeting that moves to another room leaves passcode, proof and settings behind", () => {
  expect(changeOf({ ...meeting, settings: { maxParticipants: 40 } }, { ...draft, mode: "personal", maxParticipants: "40" })).toEqual({
    room: { mode: "personal", slug: null }, access: { passcode: null, minAssurance: null }, settings: { maxParticipants: 0, opensWithHost: false, muteOnEntry: false, forbidden: [] },
  });
});

test("of the room one change says one thing", () => {
  expect(changeOf(meeting, { ...draft, closesAfter: 60, forbidden: ["chat"] })).toEqual({ access: { closesAfter: "PT1H" }, settings: { forbidden: ["chat"] } });
  expect(changeOf(meeting, { ...draft, reminders: [60] })).toEqual({ reminders: ["-PT60M"] });
});

test("the organizer hears of answers unless somebody says otherwise", () => {
  expect(meetingOf(draft, "fr").tellAnswers).toBeUndefined();
  expect(meetingOf({ ...draft, tellAnswers: false }, "fr").tellAnswers).toBe(false);
  expect(changeOf({ ...meeting, tellAnswers: false }, { ...draft, tellAnswers: true })).toEqual({ tellAnswers: true });
});

test("reminders are read as they are written", () => {
  expect(["-PT15M", "-P1D", "-P1DT2H", "-P1W", "-PT0M"].map(minutesBefore)).toEqual([15, 1440, 1560, 10_080, 0]);
  expect([15, 1440, 1560, 0].map(reminderOf)).toEqual(["-PT15M", "-P1D", "-P1DT120M", "-PT0M"]);
});

test("a last day is whole, where the reader is", () => {
  for (const day of ["2027-03-27", "2027-03-28", "2027-12-31"]) expect(lastDayBefore(endOfDay(day))).toBe(day);
});
