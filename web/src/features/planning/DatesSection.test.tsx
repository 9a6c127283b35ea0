import type { UseQueryResult } from "@tanstack/react-query";
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Meeting, Occurrence, VersionedMeeting } from "../../api/meetings";
import { config, json, problem, serve, show, type Answers } from "../../test/render";
import { DatesSection } from "./DatesSection";
import { SavedNotice } from "./SavedNotice";

afterEach(() => {
  vi.unstubAllGlobals();
});

const on = (day: string, more: Partial<Occurrence> = {}): Occurrence => ({
  id: `203011${day}T090000`, title: "Comité", start: `2030-11-${day}T08:00:00Z`, end: `2030-11-${day}T09:00:00Z`, ...more,
});
const meeting = {
  id: "m1", title: "Comité", start: "2030-11-12T09:00:00", timeZone: "Europe/Paris", duration: "PT1H", recurrence: { rules: ["FREQ=WEEKLY"] },
  invitees: [{ id: "i1", email: "zoe@x.example" }], warnings: [],
} as unknown as Meeting;
const current: VersionedMeeting = { meeting, etag: '"2"' };
const dates = { isSuccess: true, data: [on("12"), on("19", { cancelled: true })] } as unknown as UseQueryResult<Occurrence[]>;
/** A server that sends mail, as those do that let guests prove their address by it. */
const mailing = (answers: Answers = {}, emailProof = true) => serve({ "GET /api/v1/config": () => json({ ...config, emailProof }), ...answers });
const tried: Answers = { "POST /api/v1/meetings/validate": () => json({ warnings: [], occurrences: [on("12", { start: "2030-11-12T09:00:00Z", end: "2030-11-12T10:00:00Z" })], settings: [] }) };
const free: Answers = { ...tried, "GET /api/v1/agenda": () => json({ items: [] }) };
const restore = "PATCH /api/v1/meetings/m1/occurrences/20301119T090000";
const cancelled = () => screen.getByText("Annulée").closest("li") as HTMLElement;

test("who is invited sees that a date is cancelled, and changes nothing", () => {
  mailing();
  show(<DatesSection current={current} dates={dates} mine={false} onOvertaken={vi.fn()} />);
  expect(cancelled().querySelector("s")?.textContent).toContain("19 novembre");
  expect(screen.queryByRole("button")).toBeNull();
});

test("a cancelled date is restored after a question, and the page says to how many mail goes, before and after", async () => {
  let body: unknown;
  let away = true;
  mailing({
    [restore]: async (request) => {
      body = { etag: request.headers.get("If-Match"), ...((await request.json()) as object) };
      return away ? problem(503, "database-unavailable") : json(meeting, 200, { ETag: '"3"' });
    },
  });
  show(<DatesSection current={current} dates={dates} mine onOvertaken={vi.fn()} />);
  expect(within(cancelled()).getAllByRole("button")).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: /^Rétablir cette date, mardi 19 novembre/ }));
  const dialog = within(screen.getByRole("dialog"));
  expect(await dialog.findByText(/1 personne invitée en est prévenue par courriel\./)).toBeDefined();
  await userEvent.click(dialog.getByRole("button", { name: "Rétablir" }));
  expect(await dialog.findByRole("alert")).toBeDefined();
  away = false;
  await userEvent.click(dialog.getByRole("button", { name: "Rétablir" }));
  expect(await screen.findByText(/La date du mardi 19 novembre.* est rétablie\. 1 personne invitée en est prévenue par courriel\./)).toBeDefined();
  expect(body).toEqual({ etag: '"2"', cancelled: false });
});

test.each([
  ["no mail leaves from here", false, meeting],
  ["nobody is invited but who organizes it", true, { ...meeting, organizer: { user: "p1" }, invitees: [{ id: "i1", user: "p1" }] } as Meeting],
])("nobody is said to be told of a restored date where %s", async (_why, emailProof, of) => {
  mailing({ [restore]: () => json(of, 200, { ETag: '"3"' }) }, emailProof);
  show(<DatesSection current={{ ...current, meeting: of }} dates={dates} mine onOvertaken={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: /^Rétablir cette date/ }));
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.queryByText(/courriel|prévenu/)).toBeNull();
  await userEvent.click(dialog.getByRole("button", { name: "Rétablir" }));
  await screen.findByText(/est rétablie\.$/);
  expect(screen.queryByText(/courriel|prévenu/)).toBeNull();
});

test("what somebody else changed first is not restored unseen", async () => {
  mailing({ [restore]: () => problem(412, "version-changed") });
  const overtaken = vi.fn();
  show(<DatesSection current={current} dates={dates} mine onOvertaken={overtaken} />);
  await userEvent.click(screen.getByRole("button", { name: /^Rétablir cette date/ }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Rétablir" }));
  await vi.waitFor(() => {
    expect(overtaken).toHaveBeenCalled();
  });
  expect(screen.queryByRole("dialog")).toBeNull();
});

/** A server that refuses to try a series that has begun as if it were one date, and tries a date or a part of it. */
const trying = (asked: { query: Record<string, string>; body: unknown }[], changed: unknown[] = []): Answers => ({
  "GET /api/v1/agenda": () => json({ items: [{ ...on("19", { start: "2030-11-19T09:00:00Z", end: "2030-11-19T10:00:00Z" }), meeting: "m2", title: "Revue" }] }),
  "POST /api/v1/meetings/validate": async (request) => {
    const query = Object.fromEntries(new URL(request.url).searchParams);
    asked.push({ query, body: await request.json() });
    if (query.occurrence === undefined) return problem(409, "past-occurrence");
    return json({ warnings: [], occurrences: [on("19", { start: "2030-11-19T09:00:00Z", end: "2030-11-19T10:00:00Z" })], settings: [], ...(query.scope === "this" ? {} : { changed }) });
  },
});
const begun = { ...current, meeting: { ...meeting, first: "20301105T090000" } as Meeting };
const coming = { isSuccess: true, data: [on("19"), on("26")] } as unknown as UseQueryResult<Occurrence[]>;
const toTen = async (scope?: RegExp) => {
  await userEvent.click(screen.getByRole("button", { name: /Modifier.*19 novembre/ }));
  const dialog = within(screen.getByRole("dialog"));
  if (scope !== undefined) await userEvent.click(dialog.getByRole("radio", { name: scope }));
  await userEvent.clear(dialog.getByLabelText("Début"));
  await userEvent.type(dialog.getByLabelText("Début"), "10:00");
  await userEvent.click(dialog.getByRole("button", { name: "Enregistrer" }));
  return dialog;
};

test("one date of a series that has begun is tried out as that date, and what one has then is said before it is saved", async () => {
  const asked: { query: Record<string, string>; body: unknown }[] = [];
  mailing(trying(asked));
  show(<DatesSection current={begun} dates={coming} mine onOvertaken={vi.fn()} />);
  const dialog = await toTen();
  expect(await dialog.findByText(/autre réunion en même temps/)).toBeDefined();
  expect(asked.at(-1)).toEqual({
    query: { meeting: "m1", occurrence: "20301119T090000", scope: "this" },
    body: { title: "Comité", start: "2030-11-19T10:00:00", timeZone: "Europe/Paris", duration: "PT1H" },
  });
  expect(screen.queryByText(/commencé/)).toBeNull();
});

test("what becomes of changed dates is asked of the whole part that follows, and each is named", async () => {
  const asked: { query: Record<string, string>; body: unknown }[] = [];
  const moved = { date: on("26", { start: "2030-11-28T08:00:00Z", end: "2030-11-28T09:00:00Z", moved: true }), takesPlace: true };
  mailing({
    ...trying(asked, [{ now: moved, keep: { takesPlace: false }, shift: moved, drop: moved }]),
    "PATCH /api/v1/meetings/m1/occurrences/20301119T090000": () => problem(409, "overrides-conflict"),
  });
  show(<DatesSection current={begun} dates={coming} mine onOvertaken={vi.fn()} />);
  const dialog = await toTen(/suivantes/);
  await userEvent.click(await dialog.findByRole("button", { name: "Enregistrer quand même" }));
  const question = (await screen.findByRole("heading", { name: "Ce que devient chacune" })).closest("form") as HTMLElement;
  expect(within(question).getAllByText(/28 novembre/).length).toBeGreaterThan(0);
  expect(question.querySelector<HTMLInputElement>("input[value=keep]")?.disabled).toBe(true);
  expect(asked.at(-1)).toEqual({
    query: { meeting: "m1", occurrence: "20301119T090000", scope: "thisAndFollowing" },
    body: { title: "-", start: "2030-11-19T10:00:00", timeZone: "Europe/Paris", duration: "PT1H" },
  });
});

test("what the trial of a date refuses is said at its field, and is not saved anyway", async () => {
  mailing({
    "POST /api/v1/meetings/validate": () => json({ code: "invalid-request", status: 422, title: "t", errors: [{ location: "body.start", message: "a time to come" }] }, 422),
  });
  show(<DatesSection current={begun} dates={coming} mine onOvertaken={vi.fn()} />);
  const dialog = await toTen();
  expect((await dialog.findAllByRole("alert")).map(({ textContent }) => textContent)).toEqual(["Choisissez une date et une heure à venir."]);
  expect(dialog.queryByRole("button", { name: "Enregistrer quand même" })).toBeNull();
});

test("all that follow are not offered of the first date that is left, with which the meeting begins", async () => {
  mailing(free);
  show(<DatesSection current={{ ...current, meeting: { ...meeting, first: "20301119T090000" } as Meeting }} dates={coming} mine onOvertaken={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: /Annuler cette date, mardi 19 novembre/ }));
  expect(within(screen.getByRole("dialog")).queryByRole("radio")).toBeNull();
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "La garder" }));
  await userEvent.click(screen.getByRole("button", { name: /Annuler cette date, mardi 26 novembre/ }));
  expect(within(screen.getByRole("dialog")).getAllByRole("radio")).toHaveLength(2);
});

test("of a date that is on nothing is offered but to make it longer", async () => {
  let body: unknown;
  const now = { ...on("19"), start: new Date(Date.now() - 1_800_000).toISOString(), end: new Date(Date.now() + 1_800_000).toISOString() };
  mailing({
    ...tried, "GET /api/v1/agenda": () => json({ items: [] }),
    "PATCH /api/v1/meetings/m1/occurrences/20301119T090000": async (request) => {
      body = await request.json();
      return json(meeting, 200, { ETag: '"3"' });
    },
  });
  show(<DatesSection current={begun} dates={{ isSuccess: true, data: [now] } as unknown as UseQueryResult<Occurrence[]>} mine onOvertaken={vi.fn()} />);
  expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toEqual(["Prolonger"]);
  await userEvent.click(screen.getByRole("button", { name: /^Prolonger la date/ }));
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.queryByLabelText("Début")).toBeNull();
  await userEvent.selectOptions(dialog.getByLabelText("Durée"), "120");
  await userEvent.click(dialog.getByRole("button", { name: "Enregistrer" }));
  await vi.waitFor(() => {
    expect(body).toEqual({ duration: "PT2H" });
  });
});

test("a series that moves keeps as many dates as it has, those that were cancelled among them", async () => {
  let body: unknown;
  mailing({
    ...free,
    "PATCH /api/v1/meetings/m1/occurrences/20301119T090000": async (request) => {
      body = await request.json();
      return json(meeting, 200, { ETag: '"3"' });
    },
  });
  const counted = { ...current, meeting: { ...meeting, recurrence: { rules: ["FREQ=WEEKLY;COUNT=4"] } } as Meeting };
  const four = { isSuccess: true, data: [on("12"), on("19"), on("26", { cancelled: true }), { ...on("26"), id: "20301203T090000", start: "2030-12-03T08:00:00Z", end: "2030-12-03T09:00:00Z" }] };
  show(<DatesSection current={counted} dates={four as unknown as UseQueryResult<Occurrence[]>} mine onOvertaken={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: /Modifier.*19 novembre/ }));
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.click(dialog.getByRole("radio", { name: /suivent|suivantes/ }));
  const day = dialog.getByLabelText("Date");
  await userEvent.clear(day);
  await userEvent.type(day, "2030-11-20");
  await userEvent.click(dialog.getByRole("button", { name: "Enregistrer" }));
  await vi.waitFor(() => {
    expect(body).toMatchObject({ recurrence: { rules: ["FREQ=WEEKLY;BYDAY=WE;COUNT=3"] } });
  });
});

test("who parts a series is told what was made and who hears of it, on the page of what was made", async () => {
  const later = { ...meeting, id: "m2", splitFrom: "m1" };
  const both = { isSuccess: true, data: [on("12"), on("19")] };
  mailing({ "PATCH /api/v1/meetings/m1/occurrences/20301119T090000": () => json(later, 200, { ETag: '"1"' }) });
  show(<DatesSection current={current} dates={both as unknown as UseQueryResult<Occurrence[]>} mine onOvertaken={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: /Modifier.*19 novembre/ }));
  const dialog = within(screen.getByRole("dialog"));
  await dialog.findByText(/1 personne invitée en est prévenue/);
  await userEvent.click(dialog.getByRole("radio", { name: /suivantes/ }));
  await userEvent.type(dialog.getByLabelText("Titre"), " restreint");
  await userEvent.click(dialog.getByRole("button", { name: "Enregistrer" }));
  await vi.waitFor(() => {
    expect(location.pathname).toBe("/meetings/m2");
  });
  show(<SavedNotice />);
  expect(await screen.findByText(/^À partir du mardi 19 novembre.*série à part.*1 personne invitée en est prévenue par courriel\./)).toBeDefined();
  history.replaceState(null, "", "/");
});

test("a date in the past is refused once, at its field", async () => {
  const past = { code: "invalid-request", status: 422, title: "t", errors: [{ location: "body.start", message: "a time to come" }] };
  mailing({
    "PATCH /api/v1/meetings/m1/occurrences/20301112T090000": () => json(past, 422),
    "GET /api/v1/agenda": () => json({ items: [] }),
    "POST /api/v1/meetings/validate": () => json({ warnings: [], occurrences: [], settings: [] }),
  });
  show(<DatesSection current={current} dates={dates} mine onOvertaken={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: /Modifier.*12 novembre/ }));
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.clear(dialog.getByLabelText("Date"));
  await userEvent.type(dialog.getByLabelText("Date"), "2020-11-12");
  await userEvent.click(dialog.getByRole("button", { name: "Enregistrer" }));
  expect((await dialog.findAllByRole("alert")).map(({ textContent }) => textContent)).toEqual(["Choisissez une date et une heure à venir."]);
});

test.each([
  ["one has another meeting then", () => json({ items: [{ ...on("12", { start: "2030-11-12T09:00:00Z", end: "2030-11-12T10:00:00Z" }), meeting: "m2", title: "Revue" }] }), /autre réunion en même temps/],
  ["one's agenda cannot be read", () => problem(503, "database-unavailable"), /agenda n’a pas pu être lu/],
])("a date is not saved before the page has said that %s", async (_why, agenda, said) => {
  let saved = 0;
  mailing({
    ...tried,
    "GET /api/v1/agenda": agenda,
    "PATCH /api/v1/meetings/m1/occurrences/20301112T090000": () => {
      saved++;
      return json(meeting, 200, { ETag: '"3"' });
    },
  });
  show(<DatesSection current={current} dates={dates} mine onOvertaken={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: /Modifier.*12 novembre/ }));
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.clear(dialog.getByLabelText("Début"));
  await userEvent.type(dialog.getByLabelText("Début"), "10:00");
  await userEvent.click(dialog.getByRole("button", { name: "Enregistrer" }));
  expect(await dialog.findByText(said)).toBeDefined();
  const anyway = await dialog.findByRole("button", { name: "Enregistrer quand même" });
  expect(saved).toBe(0);
  await userEvent.click(anyway);
  await vi.waitFor(() => {
    expect(saved).toBe(1);
  });
});

test("whoever wants to change more of a date and those that follow takes along what they have said", async () => {
  mailing(free);
  show(<DatesSection current={begun} dates={coming} mine onOvertaken={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: /Modifier.*26 novembre/ }));
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.queryByRole("link")).toBeNull();
  await userEvent.click(dialog.getByRole("radio", { name: /suivantes/ }));
  await userEvent.type(dialog.getByLabelText("Titre"), " restreint");
  await userEvent.click(dialog.getByRole("link", { name: "Tout modifier à partir de cette date" }));
  expect(location.pathname).toBe("/meetings/m1/dates/20301126T090000/edit");
  expect(history.state).toEqual({ begun: { title: "Comité restreint" } });
  history.replaceState(null, "", "/");
});
