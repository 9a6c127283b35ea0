import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { MeetingSession } from "../../api/history";
import type { AgendaEntry } from "../../api/meetings";
import { json, problem, serve, show } from "../../test/render";
import { AttendanceButton } from "./AttendanceButton";

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

const entry: AgendaEntry = {
  meeting: "m1", slug: "abc-defg-hij", organizer: "Jeanne Morel", leads: true, recurs: true, id: "20261124T090000", title: "Comité",
  start: "2026-11-24T08:00:00Z", end: "2026-11-24T09:00:00Z", opens: "2026-11-24T07:45:00Z", closes: "2026-11-24T09:30:00Z", attendance: true,
};

const session = (id: string, startedAt: string, endedAt: string, occurrence?: string): MeetingSession => ({
  id, slug: "abc-defg-hij", startedAt: `2026-11-${startedAt}:00Z`, endedAt: `2026-11-${endedAt}:00Z`, participants: 3, peak: 3, ...(occurrence === undefined ? {} : { occurrence }),
});

async function look(...pages: MeetingSession[][]) {
  serve({
    "GET /api/v1/meetings/m1/sessions": ({ url }) => {
      const at = Number(new URL(url).searchParams.get("cursor") ?? 0);
      return json({ items: pages[at] ?? [], ...(at + 1 < pages.length ? { next: String(at + 1) } : {}) });
    },
  });
  show(<AttendanceButton entry={entry} />);
  await userEvent.click(screen.getByRole("button", { name: /^Présences\s: Comité/ }));
}

const lands = (path: string) =>
  waitFor(() => {
    expect(location.pathname).toBe(path);
  });

test("the meeting before it in the same room is not shown as this one", async () => {
  await look([session("other", "24T07:50", "24T09:20", "20261124T083000"), session("earlier", "17T08:00", "17T09:00", "20261117T090000")]);
  await screen.findByText("Aucune présence à cette date.");
  expect(location.pathname).toBe("/");
});

test("a refusal is said", async () => {
  serve({ "GET /api/v1/meetings/m1/sessions": () => problem(404, "room-not-found") });
  show(<AttendanceButton entry={entry} />);
  await userEvent.click(screen.getByRole("button", { name: /^Présences/ }));
  await waitFor(() => {
    expect(screen.getByRole("status").textContent).not.toBe("");
  });
});

test("one session leads to its list, whatever came after that date", async () => {
  await look([session("next", "01T08:00", "01T09:00", "20261201T090000")].map((one) => ({ ...one, startedAt: "2026-12-01T08:00:00Z", endedAt: "2026-12-01T09:00:00Z" })), [
    session("it", "24T07:58", "24T09:00", "20261124T090000"),
  ]);
  await lands("/rooms/abc-defg-hij/sessions/it");
});

test("who opened the link again later does not hide the meeting: both lists are offered, the first first", async () => {
  await look([session("again", "24T09:10", "24T09:12", "20261124T090000"), session("it", "24T07:58", "24T09:00", "20261124T090000")]);
  await screen.findByText(/2 listes de présence/);
  expect(screen.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual(["/rooms/abc-defg-hij/sessions/it", "/rooms/abc-defg-hij/sessions/again"]);
  expect(screen.getAllByText("3 personnes")).toHaveLength(2);
});

test("a session that a host began before the room opened is of the date that it reached into", async () => {
  await look([session("early", "24T07:30", "24T09:00")]);
  await lands("/rooms/abc-defg-hij/sessions/early");
});
