import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AgendaEntry } from "../../api/meetings";
import { config, jeanne, json, nobody, problem, serve, show, type Answers } from "../../test/render";
import { MyMeetingsPage } from "./MyMeetingsPage";

const noon = new Date(2026, 10, 24, 12);
const day = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ now: noon, toFake: ["Date"] });
  history.replaceState(null, "", "/meetings");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

function entry(title: string, days: number, more: Partial<AgendaEntry> = {}): AgendaEntry {
  const iso = (hours: number) => new Date(noon.getTime() + days * day + hours * 3_600_000).toISOString();
  return {
    meeting: title, slug: "abc-defg-hij", organizer: "Jeanne Morel", leads: true, recurs: false, id: "20261201T130000", title,
    start: iso(1), end: iso(2), opens: iso(0.75), closes: iso(2.5), attendance: true, ...more,
  };
}

/** A server on which these dates are planned. */
function planned(all: AgendaEntry[], more: Answers = {}) {
  const asked: URLSearchParams[] = [];
  const fetch = serve({
    "GET /api/v1/config": () => json(config),
    "GET /api/v1/me": () => json(jeanne),
    "GET /api/v1/agenda": ({ url }) => {
      const query = new URL(url).searchParams;
      asked.push(query);
      const title = query.get("title")?.toLowerCase() ?? "";
      return json({ items: all.filter(({ start, end, title: of }) => end > (query.get("from") ?? "") && start < (query.get("to") ?? "") && of.toLowerCase().includes(title)) });
    },
    "GET /api/v1/meetings": ({ url }) => json({ items: all.filter(({ end }) => end > (new URL(url).searchParams.get("from") ?? "")).slice(0, 1) }),
    ...more,
  });
  return { asked, fetch };
}

const row = async (title: string) => (await screen.findByRole("link", { name: title })).closest("li") as HTMLElement;
const headings = (level: number) => screen.getAllByRole("heading", { level }).map(({ textContent }) => textContent);

test("a list that cannot be read says so, and is asked for again on request", async () => {
  const { fetch } = planned([], { "GET /api/v1/agenda": () => problem(503, "database-unavailable") });
  show(<MyMeetingsPage />);
  await screen.findByRole("alert");
  expect(screen.queryByText("Aucune réunion à venir.")).toBeNull();
  const before = fetch.mock.calls.length;
  await userEvent.click(screen.getByRole("button", { name: "Réessayer" }));
  expect(fetch.mock.calls.length).toBeGreaterThan(before);
});

test("who is not signed in is asked to, and comes back to the part they were at", async () => {
  planned([], { "GET /api/v1/me": () => json(nobody) });
  show(<MyMeetingsPage part="past" />);
  expect((await screen.findByRole("link", { name: "Se connecter" })).getAttribute("href")).toContain(encodeURIComponent("/meetings/past"));
});

test("no meeting is planned: the page says so and offers to plan one", async () => {
  planned([]);
  show(<MyMeetingsPage />);
  expect(await screen.findByText("Aucune réunion à venir.")).toBeDefined();
  expect(screen.getByRole("link", { name: "Planifier une réunion" })).toHaveProperty("pathname", "/meetings/new");
  expect(screen.queryByRole("button", { name: "Afficher les suivantes" })).toBeNull();
});

test("what is to come stands under its month and day, with what one needs to know of it", async () => {
  planned([
    entry("Bilan", 10, { leads: false, organizer: "Amine Kader", rsvp: "needs-action" }),
    entry("Comité", 1, { recurs: true, rules: ["FREQ=MONTHLY;BYDAY=-1FR;COUNT=12"] }),
    entry("Revue", 1, { recurs: true, moved: true }),
    entry("Point", 0, { opens: noon.toISOString() }),
  ]);
  show(<MyMeetingsPage />);
  expect((await row("Comité")).textContent).toContain("Tous les mois, le dernier vendredi");
  expect(headings(2).slice(0, 2)).toEqual(["Novembre 2026", "Décembre 2026"]);
  expect(headings(3)).toEqual(["Mardi 24 novembre", "Mercredi 25 novembre", "Vendredi 4 décembre"]);
  expect((await row("Comité")).textContent).toContain("Organisée par vous");
  for (const words of ["Série", "Déplacée"]) expect((await row("Revue")).textContent).toContain(words);
  for (const words of ["Amine Kader", "Sans réponse"]) expect((await row("Bilan")).textContent).toContain(words);
  expect(screen.getByRole("link", { name: "Bilan" })).toHaveProperty("pathname", "/meetings/Bilan");
  expect(within(await row("Point")).getByRole("link", { name: "Rejoindre Point" })).toHaveProperty("pathname", "/abc-defg-hij");
  expect(within(await row("Comité")).queryByRole("link", { name: /Rejoindre/ })).toBeNull();
});

test("a series of next year is found though nothing comes before it, and then what follows", async () => {
  planned([entry("Séminaire", 200), entry("Séminaire", 330, { id: "20271020T130000" })]);
  show(<MyMeetingsPage />);
  await row("Séminaire");
  await userEvent.click(screen.getByRole("button", { name: "Afficher les suivantes" }));
  await waitFor(() => {
    expect(screen.getAllByRole("link", { name: "Séminaire" })).toHaveLength(2);
  });
  expect(screen.queryByRole("button", { name: "Afficher les suivantes" })).toBeNull();
});

test("a date at the edge of two readings is listed once", async () => {
  planned([entry("Nuit", 29, { start: new Date(noon.getTime() + 30 * day - 1000).toISOString(), end: new Date(noon.getTime() + 30 * day + 3_600_000).toISOString() }), entry("Bilan", 45)]);
  show(<MyMeetingsPage />);
  await row("Nuit");
  await userEvent.click(screen.getByRole("button", { name: "Afficher les suivantes" }));
  await row("Bilan");
  expect(screen.getAllByRole("link", { name: "Nuit" })).toHaveLength(1);
});

test("a search by title finds what is months away, and stands in the address", async () => {
  const { asked } = planned([entry("Point", 1), entry("Conseil annuel", 400)]);
  show(<MyMeetingsPage />);
  await row("Point");
  await userEvent.type(screen.getByRole("searchbox", { name: "Chercher par titre" }), "annuel ");
  await row("Conseil annuel");
  expect(screen.queryByRole("link", { name: "Point" })).toBeNull();
  expect(screen.getByText("1 réunion trouvée, à sa prochaine date.").getAttribute("role")).toBe("status");
  expect(new URLSearchParams(location.search).get("title")).toBe("annuel ");
  expect(asked.at(-1)?.get("title")).toBe("annuel");
  await userEvent.clear(screen.getByRole("searchbox"));
  await row("Point");
  expect(location.search).toBe("");
});

test("one jumps to a month, which stands in the address, and reads on from there", async () => {
  const { asked } = planned([entry("Point", 1), entry("Bilan", 130, { id: "20270403T130000" }), entry("Conseil", 200, { id: "20270612T130000" })]);
  show(<MyMeetingsPage />);
  await row("Point");
  await userEvent.selectOptions(screen.getByLabelText("À partir de"), "2027-04");
  await row("Bilan");
  expect(screen.queryByRole("link", { name: "Point" })).toBeNull();
  expect(headings(2)[0]).toBe("Avril 2027");
  expect(location.search).toBe("?month=2027-04");
  expect([asked.at(-1)?.get("from"), asked.at(-1)?.get("to")]).toEqual([new Date(2027, 3, 1).toISOString(), new Date(2027, 4, 1).toISOString()]);
  await userEvent.click(screen.getByRole("button", { name: "Afficher les suivantes" }));
  await row("Conseil");
  await userEvent.selectOptions(screen.getByLabelText("À partir de"), "2027-05");
  expect(await screen.findByText("Aucune réunion au mois de mai 2027.")).toBeDefined();
  await row("Conseil"); // what comes next
  await userEvent.selectOptions(screen.getByLabelText("À partir de"), "Maintenant");
  await row("Point");
  expect(location.search).toBe("");
});

test("a search begins at the month that is chosen", async () => {
  history.replaceState(null, "", "/meetings?title=bilan&month=2027-04");
  const { asked } = planned([entry("Bilan", 1), entry("Bilan", 130, { id: "20270403T130000" })]);
  show(<MyMeetingsPage />);
  expect(await screen.findByText("1 réunion trouvée, à sa première date à partir d’avril 2027.")).toBeDefined();
  expect(asked.at(-1)?.get("from")).toBe(new Date(2027, 3, 1).toISOString());
});

test("a month that is none of those to come is no month", async () => {
  history.replaceState(null, "", "/meetings?month=1999-13");
  planned([entry("Point", 1)]);
  show(<MyMeetingsPage />);
  await row("Point");
  expect(screen.getByLabelText("À partir de")).toHaveProperty("value", "");
});

test("a search that finds nothing leads to what is over", async () => {
  history.replaceState(null, "", "/meetings?title=budget");
  planned([entry("Point", 1)]);
  show(<MyMeetingsPage />);
  expect(await screen.findByText("Aucune réunion à venir ne porte ce titre.")).toBeDefined();
  expect(screen.getByRole("searchbox")).toHaveProperty("value", "budget");
  expect(screen.getByRole("link", { name: "Réunions passées" })).toHaveProperty("pathname", "/meetings/past");
});

test("what is over has an address of its own, the latest first", async () => {
  planned([entry("Bilan", -1), entry("Comité", -2), entry("Point", 1)]);
  show(<MyMeetingsPage part="past" />);
  await row("Bilan");
  expect(within(screen.getByRole("region", { name: "Réunions passées" })).getAllByRole("link").map(({ textContent }) => textContent)).toEqual(["Bilan", "Comité"]);
  const parts = within(screen.getByRole("navigation", { name: "Mes réunions" }));
  expect(parts.getByRole("link", { name: "Passées" }).getAttribute("aria-current")).toBe("page");
  expect(parts.getByRole("link", { name: "À venir" })).toHaveProperty("pathname", "/meetings");
});

test("a search that finds nothing from a month on says the month, and leads back to now", async () => {
  history.replaceState(null, "", "/meetings?title=bilan&month=2027-04");
  planned([entry("Bilan", 1)]);
  show(<MyMeetingsPage />);
  expect(await screen.findByText("Aucune réunion à partir d’avril 2027 ne porte ce titre.")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Chercher à partir de maintenant" }));
  await row("Bilan");
  expect(location.search).toBe("?title=bilan");
});
