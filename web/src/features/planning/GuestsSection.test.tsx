import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Meeting, Occurrence } from "../../api/meetings";
import { json, problem, serve, show } from "../../test/render";
import { GuestsSection } from "./GuestsSection";

afterEach(() => {
  vi.unstubAllGlobals();
});

const date: Occurrence = { id: "20301119T090000", title: "Comité", start: "2030-11-19T08:00:00Z", end: "2030-11-19T09:00:00Z" };
const meeting = {
  id: "m1", title: "Comité", start: "2030-11-12T09:00:00", timeZone: "Europe/Paris", duration: "PT1H",
  invitees: [
    {
      id: "i1", name: "Zoé Martin", email: "zoe@x.example", rsvp: "accepted", comment: "Volontiers", answeredAt: "2030-11-01T09:00:00Z",
      answers: [
        { occurrence: date.id, rsvp: "declined", comment: "En congé", answeredAt: "2030-11-01T09:00:00Z" },
        { occurrence: "20291119T090000", rsvp: "declined", comment: "Passée", answeredAt: "2030-11-01T09:00:00Z" },
      ],
      proposals: [{ occurrence: date.id, start: "2030-11-20T14:00:00", duration: "PT30M", proposedAt: "2030-11-01T09:00:00Z" }],
    },
    { id: "i2", email: "paul@x.example", rsvp: "needs-action", delivery: "refused" },
  ],
} as unknown as Meeting;
const proposal = "DELETE /api/v1/meetings/m1/invitees/i1/proposal";

test("the host reads answers, to all dates and to those to come, and what was added to them", () => {
  show(<GuestsSection meeting={meeting} dates={[date]} live />);
  expect(screen.getByText("1 accepte · 1 sans réponse")).toBeDefined();
  const row = screen.getByText("Zoé Martin").closest("li") as HTMLElement;
  for (const words of ["Accepte", "Volontiers", "Refuse", "En congé", "14:30"]) expect(row.textContent).toContain(words);
  expect(row.textContent).not.toContain("Passée");
});

test("the host reads whose mail could not be delivered", () => {
  show(<GuestsSection meeting={meeting} dates={[]} live />);
  const row = screen.getByText(/n’a pas pu être remis/).closest("li");
  expect(row?.textContent).toContain("paul@x.example");
});

test("another time is declined by name, and a refusal is said", async () => {
  let asked = "";
  let away = true;
  serve({
    [proposal]: (request) => {
      asked = new URL(request.url).search;
      return away ? problem(503, "database-unavailable") : json(undefined, 204);
    },
  });
  show(<GuestsSection meeting={meeting} dates={[date]} live />);
  const button = within(screen.getByText("Zoé Martin").closest("li") as HTMLElement).getByRole("button", { name: "Écarter l’horaire que propose Zoé Martin" });
  await userEvent.click(button);
  expect(await screen.findByRole("alert")).toBeDefined();
  expect(asked).toBe(`?occurrence=${date.id}`);
  away = false;
  await userEvent.click(button);
  await vi.waitFor(() => {
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
