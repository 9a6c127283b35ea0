import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { MeetingPatch, NewMeeting } from "../../api/meetings";
import { config, jeanne, json, problem, serve, show, type Answers } from "../../test/render";
import { ChangeFollowingPage } from "./ChangeFollowingPage";

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

const day = (date: string, more = {}) => ({ id: `2030${date}T090000`, title: "Comité", start: `2030-${date.slice(0, 2)}-${date.slice(2)}T08:00:00Z`, end: `2030-${date.slice(0, 2)}-${date.slice(2)}T09:00:00Z`, ...more });
const meeting = {
  id: "m1", status: "confirmed", title: "Comité", description: "Chaque mardi.", start: "2030-11-12T09:00:00", timeZone: "Europe/Paris", duration: "PT1H",
  recurrence: { rules: ["FREQ=WEEKLY;BYDAY=TU;COUNT=4"], rdates: ["2030-11-14T09:00:00", "2030-11-28T09:00:00"] }, first: "20301112T090000",
  organizer: { user: "p1", name: "Jeanne Morel" }, room: { mode: "dedicated", slug: "abc-defg-hij" }, access: { entry: "signed-in", passcode: "4829" },
  invitees: [{ id: "i1", email: "zoe@x.example", name: "Zoé" }], reminders: ["-PT15M"], links: {}, warnings: [],
};
const dates = [day("1112"), day("1114"), day("1119"), day("1126", { cancelled: true }), day("1128"), day("1203")];
const path = "PATCH /api/v1/meetings/m1/occurrences/20301119T090000";

/** The page of the dates from November 19 on; asked: what was tried, written: what was saved. */
function from(answers: Answers = {}, date = "20301119T090000") {
  const asked: { query: Record<string, string>; body: NewMeeting }[] = [];
  const written: { etag: string | null; scope: string | null; body: MeetingPatch }[] = [];
  serve({
    "GET /api/v1/config": () => json({ ...config, emailProof: true }),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/people": () => json({ items: [] }),
    "GET /api/v1/agenda": () => json({ items: [] }),
    "GET /api/v1/meetings/m1": () => json(meeting, 200, { ETag: '"2"' }),
    "GET /api/v1/meetings/m1/occurrences": () => json({ items: dates }),
    "POST /api/v1/meetings/validate": async (request) => {
      asked.push({ query: Object.fromEntries(new URL(request.url).searchParams), body: (await request.json()) as NewMeeting });
      return json({ warnings: [], occurrences: [day("1120")], settings: [] });
    },
    [path]: async (request) => {
      written.push({ etag: request.headers.get("If-Match"), scope: new URL(request.url).searchParams.get("scope"), body: (await request.json()) as MeetingPatch });
      return json({ ...meeting, id: "m2", splitFrom: "m1" }, 200, { ETag: '"1"' });
    },
    ...answers,
  });
  show(<ChangeFollowingPage id="m1" date={date} />);
  return { asked, written };
}

const title = () => screen.findByLabelText("Titre");
const save = () => userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));

test.each([
  ["begins the series", "20301112T090000"],
  ["was cancelled", "20301126T090000"],
  ["is none of the meeting", "20301120T090000"],
])("nothing is parted from a date that %s", async (_why, date) => {
  from({}, date);
  expect(await screen.findByText(/rien ne peut être séparé/)).toBeDefined();
  expect(screen.queryByLabelText("Titre")).toBeNull();
});

test("who is only invited changes nothing", async () => {
  from({ "GET /api/v1/meetings/m1": () => json({ ...meeting, organizer: { user: "p9", name: "Ana" } }, 200, { ETag: '"2"' }) });
  expect(await screen.findByRole("link", { name: "Réunion" })).toBeDefined();
  expect(screen.queryByLabelText("Titre")).toBeNull();
});

test("the description, those invited, the passcode and the reminders of the later dates change, and nothing else is said", async () => {
  const { asked, written } = from();
  await userEvent.type(await title(), " restreint");
  await userEvent.clear(screen.getByLabelText("Description"));
  await userEvent.click(screen.getByRole("button", { name: /Retirer.*Zoé/ }));
  await userEvent.clear(screen.getByLabelText("Code d’accès"));
  await userEvent.type(screen.getByLabelText("Code d’accès"), "551122");
  await userEvent.click(screen.getByRole("checkbox", { name: /15 minutes/ }));
  await save();
  await waitFor(() => {
    expect(location.pathname).toBe("/meetings/m2");
  });
  expect(written).toEqual([
    { etag: '"2"', scope: "thisAndFollowing", body: { title: "Comité restreint", description: "", access: { passcode: "551122" }, invitees: [], reminders: [] } },
  ]);
  expect(asked).toEqual([]);
  expect((history.state as { saved: { words: string; mails: string[] } }).saved).toMatchObject({
    words: expect.stringMatching(/^À partir du mardi 19 novembre/) as string, mails: ["1 personne invitée en est prévenue par courriel."],
  });
});

test("another repetition of the later dates is tried as theirs, with as many dates as are left", async () => {
  const { asked, written } = from();
  await title();
  await userEvent.click(screen.getByRole("checkbox", { name: "mercredi" }));
  await userEvent.click(screen.getByRole("checkbox", { name: "mardi" }));
  const recurrence = { rules: ["FREQ=WEEKLY;BYDAY=WE;COUNT=3"], rdates: ["2030-11-28T09:00:00"] };
  await waitFor(() => {
    expect(asked.at(-1)).toEqual({
      query: { meeting: "m1", occurrence: "20301119T090000", scope: "thisAndFollowing" },
      body: { title: "-", start: "2030-11-19T09:00:00", timeZone: "Europe/Paris", duration: "PT1H", recurrence },
    });
  });
  await save();
  await waitFor(() => {
    expect(written.map(({ body }) => body)).toEqual([{ recurrence }]);
  });
});

test("the room that all dates share is neither chosen nor furnished", async () => {
  from();
  await title();
  expect(screen.getByText(/Toutes les dates partagent la même salle/)).toBeDefined();
  expect(screen.queryByRole("radio")).toBeNull();
  expect(screen.queryByLabelText(/Nombre maximal|personnes au plus/)).toBeNull();
});

test("what was changed before the page is changed on it", async () => {
  history.replaceState({ begun: { date: "2030-11-20", title: "Revue" } }, "");
  const { written } = from();
  expect(((await title()) as HTMLInputElement).value).toBe("Revue");
  await save();
  await waitFor(() => {
    expect(written.map(({ body }) => body)).toEqual([
      { title: "Revue", start: "2030-11-20T09:00:00", recurrence: { rules: ["FREQ=WEEKLY;BYDAY=WE;COUNT=3"], rdates: ["2030-11-28T09:00:00"] } },
    ]);
  });
});

test("what becomes of dates that differ is asked before they move, and a refusal stands at its field", async () => {
  const answers = [problem(409, "overrides-conflict"), json({ code: "invalid-request", status: 422, title: "t", errors: [{ location: "body.start", message: "a time to come" }] }, 422)];
  const said: (string | null)[] = [];
  from({
    [path]: (request) => {
      said.push(new URL(request.url).searchParams.get("overrides"));
      return answers.shift() ?? problem(500, "internal");
    },
  });
  await userEvent.clear(await screen.findByLabelText("Début"));
  await userEvent.type(screen.getByLabelText("Début"), "10:00");
  await save();
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: /Continuer|Enregistrer/ }));
  expect(await screen.findByText("Choisissez une date et une heure à venir.")).toBeDefined();
  expect(said).toEqual([null, "shift"]);
});

test("when somebody else was first, their change stays, and one button alone saves", async () => {
  let version = 2;
  const etags: (string | null)[] = [];
  from({
    "GET /api/v1/meetings/m1": () => json(meeting, 200, { ETag: `"${String(version)}"` }),
    [path]: (request) => {
      etags.push(request.headers.get("If-Match"));
      return etags.length === 1 ? problem(412, "version-changed") : json({ ...meeting, id: "m2" }, 200, { ETag: '"1"' });
    },
  });
  await userEvent.type(await title(), " restreint");
  version = 3;
  await save();
  await screen.findByText("La réunion a changé entre-temps");
  expect(screen.queryByRole("button", { name: "Enregistrer" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer mes changements" }));
  await waitFor(() => {
    expect(etags).toEqual(['"2"', '"3"']);
  });
});
