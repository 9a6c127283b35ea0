import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { InvitedTo } from "../../api/invitations";
import { json, problem, serve, show } from "../../test/render";
import { invitation } from "./invitation.fixture";
import { InvitationPage } from "./InvitationPage";

const lookup = "POST /api/v1/invitations/lookup";
const answer = "POST /api/v1/invitations/answer";

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-20T09:00:00Z"), toFake: ["Date"] });
  history.replaceState(null, "", "/invitation#i=secret-token");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

test.each([
  [403, "link-unknown", "Cette invitation est introuvable"],
  [410, "link-revoked", "Ce lien n’est plus valable"],
  [403, "not-invited", "Vous n’êtes plus sur la liste des invités"],
])("a refusal says why: %i %s", async (status, code, title) => {
  serve({ [lookup]: () => problem(status, code) });
  show(<InvitationPage />);
  expect(await screen.findByRole("heading", { level: 1, name: title })).toBeDefined();
  expect(screen.queryByRole("button", { name: "Accepter" })).toBeNull();
});

test("a server that is away is asked again on request", async () => {
  let away = true;
  serve({ [lookup]: () => (away ? problem(503, "database-unavailable") : json(invitation())) });
  show(<InvitationPage />);
  const retry = await screen.findByRole("button", { name: "Réessayer" });
  away = false;
  await userEvent.click(retry);
  expect(await screen.findByRole("heading", { level: 1, name: "Comité de suivi" })).toBeDefined();
});

test.each<[Partial<InvitedTo>, string]>([
  [{ status: "cancelled", dates: [] }, "Cette réunion est annulée"],
  [{ dates: [] }, "Cette réunion est passée"],
])("what needs no answer asks for none: %o", async (state, title) => {
  serve({ [lookup]: () => json(invitation(state)) });
  show(<InvitationPage />);
  expect(await screen.findByText(title)).toBeDefined();
  expect(screen.getByRole("heading", { level: 1, name: "Comité de suivi" })).toBeDefined();
  expect(screen.getByText(/^Mardi 24 novembre, 09:00 – 10:00/)).toBeDefined();
  expect(screen.queryByRole("button", { name: "Accepter" })).toBeNull();
});

test("opening the page changes nothing, and its token leaves the address", async () => {
  const asked = serve({ [lookup]: () => json(invitation()) });
  show(<InvitationPage />);
  await screen.findByRole("button", { name: "Accepter" });
  expect(location.hash).toBe("");
  const posted = asked.mock.calls.map(([request]) => request as Request).filter(({ method }) => method !== "GET");
  expect(posted.map(({ url }) => new URL(url).pathname)).toEqual(["/api/v1/invitations/lookup"]);
  expect(screen.queryByRole("link", { name: "Rejoindre la réunion" })).toBeNull();
});

const second = "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a59";

test("the mail of one of several meetings opens that one, and another mail the other", async () => {
  const bodies: unknown[] = [];
  const of = async (request: Request) => {
    const body = (await request.json()) as { meeting?: string };
    bodies.push(body);
    return json(body.meeting === second ? invitation({ meeting: second, title: "Suite" }) : invitation());
  };
  serve({ [lookup]: of, [answer]: of });
  history.replaceState(null, "", `/invitation#i=secret-token&m=${second}`);
  show(<InvitationPage />);
  await screen.findByRole("heading", { level: 1, name: "Suite" });
  expect(location.hash).toBe("");
  await userEvent.click(screen.getByRole("button", { name: "Refuser" }));
  await waitFor(() => {
    expect(bodies).toEqual([{ token: "secret-token", meeting: second }, { token: "secret-token", meeting: second, answer: "declined" }]);
  });
  history.replaceState(null, "", "/invitation#i=secret-token");
  window.dispatchEvent(new HashChangeEvent("hashchange"));
  expect(await screen.findByRole("heading", { level: 1, name: "Comité de suivi" })).toBeDefined();
  expect(bodies[2]).toEqual({ token: "secret-token" });
});

test("an answer is noted for one date, and may be changed", async () => {
  const bodies: unknown[] = [];
  const said = invitation({ invitee: { name: "Zoé", rsvp: "needs-action", answers: [{ occurrence: "20261130T090000", rsvp: "declined", comment: "En congé", answeredAt: "2026-11-20T09:00:00Z" }] } });
  serve({
    [lookup]: () => json(invitation()),
    [answer]: async (request) => {
      bodies.push(await request.json());
      return json(said);
    },
  });
  show(<InvitationPage />);
  await userEvent.selectOptions(await screen.findByLabelText("Ma réponse vaut pour"), "20261130T090000");
  await userEvent.type(screen.getByLabelText("Commentaire (facultatif)"), "En congé");
  await userEvent.click(screen.getByRole("button", { name: "Refuser" }));
  expect(await screen.findByText(/Votre réponse est notée : vous refusez. Pour lundi 30 novembre/i)).toBeDefined();
  await waitFor(() => {
    expect(screen.getByRole("button", { name: "Refuser" }).getAttribute("aria-pressed")).toBe("true");
  });
  await userEvent.selectOptions(screen.getByLabelText("Ma réponse vaut pour"), "");
  expect(screen.getByLabelText("Commentaire (facultatif)")).toHaveProperty("value", "");
  await userEvent.click(screen.getByRole("button", { name: "Accepter" }));
  await waitFor(() => {
    expect(bodies).toEqual([
      { token: "secret-token", meeting: said.meeting, answer: "declined", occurrence: "20261130T090000", comment: "En congé" },
      { token: "secret-token", meeting: said.meeting, answer: "accepted" },
    ]);
  });
});

test("what is typed stays when one thinks of another date, and goes with the answer", async () => {
  const bodies: unknown[] = [];
  serve({
    [lookup]: () => json(invitation()),
    [answer]: async (request) => {
      bodies.push(await request.json());
      return json(invitation());
    },
  });
  show(<InvitationPage />);
  await userEvent.type(await screen.findByLabelText("Commentaire (facultatif)"), "En congé");
  await userEvent.selectOptions(screen.getByLabelText("Ma réponse vaut pour"), "20261130T090000");
  expect(screen.getByLabelText("Commentaire (facultatif)")).toHaveProperty("value", "En congé");
  await userEvent.click(screen.getByRole("button", { name: "Refuser" }));
  await waitFor(() => {
    expect(screen.getByLabelText("Commentaire (facultatif)")).toHaveProperty("value", "");
  });
  expect(bodies).toEqual([expect.objectContaining({ occurrence: "20261130T090000", comment: "En congé" })]);
});

const no = (occurrence: string) => ({ occurrence, rsvp: "declined" as const, answeredAt: "2026-11-20T09:00:00Z" });

test.each<[InvitedTo["invitee"], string]>([
  [{ rsvp: "needs-action" }, "Vous n’avez pas encore répondu."],
  [{ rsvp: "needs-action", answers: [no("20261130T090000")] }, "Vous avez répondu pour une date, pas encore pour les autres."],
  [{ rsvp: "needs-action", answers: [no("20261124T090000"), no("20261130T090000")] }, "Vous avez répondu pour chaque date."],
  [{ rsvp: "accepted", answers: [no("20261130T090000")] }, "Vous avez accepté. Pour une date, vous avez répondu autrement."],
  [{ rsvp: "declined", answers: [no("20261130T090000")] }, "Vous avez refusé."],
])("the page says what one has answered: %o", async (invitee, says) => {
  serve({ [lookup]: () => json(invitation({ invitee })) });
  show(<InvitationPage />);
  expect(((await screen.findByRole("region", { name: "Serez-vous là ?" })).textContent)).toContain(says);
});

test("the page says for whom one answers, how the meeting repeats, and the way to the room before it opens", async () => {
  serve({ [lookup]: () => json(invitation()) });
  show(<InvitationPage />);
  expect(await screen.findByText("Vous répondez pour Zoé (z…@x.example).")).toBeDefined();
  expect(screen.getByText("Toutes les semaines, le mardi, 2 fois")).toBeDefined();
  expect(screen.getByRole("link", { name: "Aller à la salle" }).getAttribute("href")).toBe("/abc-defg-hij#i=secret-token");
});

test("an answer that is refused says why and keeps what was written", async () => {
  serve({ [lookup]: () => json(invitation()), [answer]: () => problem(409, "past-occurrence") });
  show(<InvitationPage />);
  await userEvent.type(await screen.findByLabelText("Commentaire (facultatif)"), "Avec plaisir");
  await userEvent.click(screen.getByRole("button", { name: "Accepter" }));
  expect(await screen.findByRole("alert")).toBeDefined();
  expect(screen.getByLabelText("Commentaire (facultatif)")).toHaveProperty("value", "Avec plaisir");
});

test("while the room is open one goes in by the personal link", async () => {
  vi.setSystemTime(new Date("2026-11-24T08:10:00Z"));
  serve({ [lookup]: () => json(invitation()) });
  show(<InvitationPage />);
  const link = await screen.findByRole("link", { name: "Rejoindre la réunion" });
  expect(link.getAttribute("href")).toBe("/abc-defg-hij#i=secret-token");
});

test("of a long series the next twelve dates are offered, and the others by their months to who asks for them", async () => {
  const first = Date.parse("2026-11-24T08:00:00Z");
  const dates = Array.from({ length: 261 }, (_, week) => {
    const at = (hours: number) => new Date(first + week * 7 * 86_400_000 + hours * 3_600_000).toISOString();
    return { ...invitation().dates[0], id: `date-${String(week)}`, title: "Comité de suivi", start: at(0), end: at(1), opens: at(-0.25), closes: at(1.5) };
  });
  serve({ [lookup]: () => json(invitation({ dates })) });
  show(<InvitationPage />);
  const list = await screen.findByLabelText<HTMLSelectElement>("Ma réponse vaut pour");
  expect(list.options).toHaveLength(13);
  expect([...list.querySelectorAll("optgroup")].map(({ label }) => label)).toEqual(["novembre 2026", "décembre 2026", "janvier 2027", "février 2027"]);
  await userEvent.tab(); // past the way to the room
  await userEvent.tab();
  expect(document.activeElement).toBe(list);
  await userEvent.tab();
  expect(document.activeElement?.textContent).toBe("Proposer aussi les 249 dates suivantes");
  await userEvent.keyboard("{Enter}");
  expect([list.options.length, document.activeElement]).toEqual([262, list]);
  expect(list.querySelectorAll("optgroup")).toHaveLength(61);
});

test("a meeting of one date asks for no date", async () => {
  const once = invitation({ recurs: false });
  serve({ [lookup]: () => json({ ...once, dates: once.dates.slice(0, 1) }) });
  show(<InvitationPage />);
  await screen.findByRole("button", { name: "Accepter" });
  expect(screen.queryByLabelText("Ma réponse vaut pour")).toBeNull();
});
