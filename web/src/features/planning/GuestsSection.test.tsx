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
  expect(screen.getByText("Toute la série : 1 accepte · 1 sans réponse")).toBeDefined();
  expect(screen.getByText("Mardi 19 novembre 2030, 09:00 – 10:00 : 1 refuse · 1 sans réponse")).toBeDefined();
  const row = screen.getByText("Zoé Martin").closest("li") as HTMLElement;
  for (const words of ["Accepte", "Volontiers", "Refuse", "En congé", "14:30"]) expect(row.textContent).toContain(words);
  expect(row.textContent).not.toContain("Passée");
});

test("answers are counted once where no date to come has others, and at the first dates that have", () => {
  const { unmount } = show(<GuestsSection meeting={meeting} dates={[{ ...date, id: "20301126T090000" }]} live />);
  expect(screen.getByText("1 accepte · 1 sans réponse")).toBeDefined();
  unmount();
  const ids = Array.from({ length: 7 }, (_, n) => `2030112${n.toString()}T090000`);
  const invitees = [{ id: "i1", name: "Zoé", rsvp: "accepted", answers: ids.map((occurrence) => ({ occurrence, rsvp: "tentative" })) }, { id: "i2", name: "Paul" }];
  show(<GuestsSection meeting={{ ...meeting, invitees } as unknown as Meeting} dates={ids.map((id) => ({ ...date, id }))} live />);
  expect(screen.getAllByText(/1 peut-être · 1 sans réponse/)).toHaveLength(5);
  expect(screen.getByText("Et 2 autres dates dont les réponses diffèrent.")).toBeDefined();
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

test("an answer that comes while the page is open is on it within three seconds", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  let rsvp = "needs-action";
  serve({ "GET /api/v1/meetings/m1/invitees": () => json({ items: [{ id: "i2", name: "Paul", email: "paul@x.example", rsvp }] }) });
  show(<GuestsSection meeting={meeting} dates={[date]} live />);
  expect((await screen.findByText("Paul")).closest("li")?.textContent).toContain("Pas encore de réponse");
  rsvp = "declined";
  await vi.advanceTimersByTimeAsync(3000);
  expect((await screen.findByText(/Refuse · paul/)).closest("li")?.textContent).toContain("Paul");
  vi.useRealTimers();
});

test("who comes back to the page sees the answers as they are", async () => {
  let rsvp = "needs-action";
  serve({ "GET /api/v1/meetings/m1/invitees": () => json({ items: [{ id: "i2", name: "Paul", email: "paul@x.example", rsvp }] }) });
  show(<GuestsSection meeting={meeting} dates={[]} live />);
  expect((await screen.findByText("Paul")).closest("li")?.textContent).toContain("Pas encore de réponse");
  rsvp = "declined";
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  expect(await screen.findByText(/Refuse · paul/)).toBeDefined();
});

test("who has an account needs no personal link", () => {
  const invitees = [...(meeting.invitees ?? []), { id: "i3", user: "p3", name: "Amine Kader" }] as Meeting["invitees"];
  show(<GuestsSection meeting={{ ...meeting, invitees }} dates={[]} live />);
  const row = (name: string) => within(screen.getByText(name).closest("li") as HTMLElement);
  expect(row("Amine Kader").queryByRole("button")).toBeNull();
  expect(row("Zoé Martin").queryByRole("button", { name: /^Lien personnel/ })).not.toBeNull();
});

const links = "/api/v1/meetings/m1/invitees/i1/links";
const withLink = { ...meeting, invitees: [{ id: "i1", name: "Zoé Martin", email: "zoe@x.example", hasLink: true }] } as unknown as Meeting;

test("the link that somebody has by mail ends only after the host has read so", async () => {
  let made = 0;
  serve({
    [`POST ${links}`]: () => {
      made++;
      return made === 1 ? problem(503, "database-unavailable") : json({ url: "http://localhost/abc#i=new" }, 201);
    },
  });
  show(<GuestsSection meeting={withLink} dates={[]} live />);
  await userEvent.click(screen.getByRole("button", { name: /^Lien personnel/ }));
  expect(screen.queryByRole("button", { name: "Créer un lien" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Remplacer son lien" }));
  const question = () => within(screen.getByRole("dialog", { name: /Remplacer le lien de cette personne/ }));
  expect(question().getByText(/y compris dans le courriel déjà envoyé, ne fonctionnera plus/)).toBeDefined();
  await userEvent.click(question().getByRole("button", { name: "Garder le lien" }));
  expect(made).toBe(0);
  await userEvent.click(screen.getByRole("button", { name: "Remplacer son lien" }));
  await userEvent.click(question().getByRole("button", { name: "Remplacer son lien" }));
  expect(await question().findByRole("alert")).toBeDefined();
  await userEvent.click(question().getByRole("button", { name: "Remplacer son lien" }));
  expect(await screen.findByText("http://localhost/abc#i=new")).toBeDefined();
});

test("a link is withdrawn after a question, and the first one needs none", async () => {
  serve({ [`DELETE ${links}`]: () => json(undefined, 204), [`POST ${links}`]: () => json({ url: "http://localhost/abc#i=first" }, 201) });
  const { unmount } = show(<GuestsSection meeting={withLink} dates={[]} live />);
  await userEvent.click(screen.getByRole("button", { name: /^Lien personnel/ }));
  await userEvent.click(screen.getByRole("button", { name: "Retirer son lien" }));
  await userEvent.click(within(screen.getByRole("dialog", { name: /Retirer le lien/ })).getByRole("button", { name: "Retirer son lien" }));
  expect(await screen.findByText(/Le lien ne fonctionne plus/)).toBeDefined();
  unmount();
  show(<GuestsSection meeting={{ ...withLink, invitees: [{ ...withLink.invitees?.[0], hasLink: false }] } as Meeting} dates={[]} live />);
  await userEvent.click(screen.getByRole("button", { name: /^Lien personnel/ }));
  expect(screen.queryByRole("button", { name: "Retirer son lien" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Créer un lien" }));
  expect(await screen.findByText("http://localhost/abc#i=first")).toBeDefined();
});
