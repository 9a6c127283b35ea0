import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { NewMeeting } from "../../api/meetings";
import { config, jeanne, json, problem, serve, show } from "../../test/render";
import { EditMeetingPage } from "./EditMeetingPage";

afterEach(() => {
  vi.unstubAllGlobals();
});

const meeting = {
  id: "m1", status: "confirmed", title: "Comité", start: "2030-11-12T09:00:00", timeZone: "Europe/Paris", duration: "PT1H",
  recurrence: { rules: ["FREQ=WEEKLY;BYDAY=TU;COUNT=5"], rdates: ["2030-11-14T09:00:00"], exdates: ["2030-11-19T09:00:00"] },
  organizer: { user: "p1", name: "Jeanne Morel" }, links: {}, warnings: [],
};

test("a series that moves is tried out with its single dates, and what was left out is not left out of the trial", async () => {
  const tried: NewMeeting[] = [];
  serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/agenda": () => json({ items: [] }),
    "GET /api/v1/meetings/m1": () => json(meeting, 200, { ETag: '"1"' }),
    "POST /api/v1/meetings/validate": async (request) => {
      tried.push((await request.json()) as NewMeeting);
      return json({ warnings: [], occurrences: [], settings: [] });
    },
  });
  show(<EditMeetingPage id="m1" />);
  const time = await screen.findByLabelText("Début");
  await userEvent.clear(time);
  await userEvent.type(time, "10:00");
  await waitFor(() => {
    expect(tried.at(-1)).toMatchObject({ start: "2030-11-12T10:00:00", recurrence: { rules: ["FREQ=WEEKLY;BYDAY=TU;COUNT=5"], rdates: ["2030-11-14T09:00:00"] } });
  });
  expect(tried.at(-1)?.recurrence).not.toHaveProperty("exdates");
});

test("when somebody else was first, one button alone saves", async () => {
  let version = 1;
  const written: (string | null)[] = [];
  serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/meetings/m1": () => json(meeting, 200, { ETag: `"${String(version)}"` }),
    "PATCH /api/v1/meetings/m1": (request) => {
      written.push(request.headers.get("If-Match"));
      return written.length === 1 ? problem(412, "version-changed") : json(meeting, 200, { ETag: '"3"' });
    },
  });
  show(<EditMeetingPage id="m1" />);
  await userEvent.type(await screen.findByLabelText("Titre"), " de suivi");
  version = 2;
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer" }));
  await screen.findByText("La réunion a changé entre-temps");
  expect(screen.queryByRole("button", { name: "Enregistrer" })).toBeNull();
  await userEvent.type(screen.getByLabelText("Titre"), "{Enter}");
  expect(written).toEqual(['"1"']);
  await userEvent.click(screen.getByRole("button", { name: "Enregistrer mes changements" }));
  await waitFor(() => {
    expect(written).toEqual(['"1"', '"2"']);
  });
});
