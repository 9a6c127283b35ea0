import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, serve, show } from "../../test/render";
import { CalendarSection } from "./CalendarSection";

afterEach(() => {
  vi.unstubAllGlobals();
});

const feed = "/api/v1/me/feed";

/** A server that keeps one address. */
function kept(since?: string, lastReadAt?: string) {
  let createdAt = since;
  let made = 0;
  serve({
    [`GET ${feed}`]: () => json(createdAt === undefined ? {} : { createdAt, lastReadAt }),
    [`POST ${feed}`]: () => {
      made++;
      createdAt = "2026-11-20T09:00:00Z";
      return json({ url: `http://localhost/feeds/secret-${String(made)}.ics` }, 201);
    },
    [`DELETE ${feed}`]: () => {
      createdAt = undefined;
      return json(undefined, 204);
    },
  });
  return () => made;
}

test("an address that there is is neither lost nor replaced unasked", async () => {
  const made = kept("2026-11-02T09:00:00Z");
  show(<CalendarSection />);
  expect(await screen.findByText(/a une adresse depuis le 2 novembre 2026/)).toBeDefined();
  expect(screen.queryByRole("button", { name: "Créer l’adresse" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Remplacer l’adresse" }));
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.getByText(/L’adresse actuelle cesse de fonctionner/)).toBeDefined();
  expect(made()).toBe(0);
  await userEvent.click(dialog.getByRole("button", { name: "Annuler" }));
  expect(made()).toBe(0);
  await userEvent.click(screen.getByRole("button", { name: "Remplacer l’adresse" }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remplacer l’adresse" }));
  expect(await screen.findByText("http://localhost/feeds/secret-1.ics")).toBeDefined();
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("the first address needs no question, and it ends after one", async () => {
  kept();
  show(<CalendarSection />);
  expect(screen.queryByRole("button", { name: "Supprimer l’adresse" })).toBeNull();
  await userEvent.click(await screen.findByRole("button", { name: "Créer l’adresse" }));
  expect(await screen.findByText("http://localhost/feeds/secret-1.ics")).toBeDefined();
  await userEvent.click(await screen.findByRole("button", { name: "Supprimer l’adresse" }));
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Supprimer l’adresse" }));
  expect(await screen.findByRole("button", { name: "Créer l’adresse" })).toBeDefined();
  expect(screen.queryByText(/secret-1/)).toBeNull();
  expect(screen.getByText("Plus aucune adresse de votre agenda ne fonctionne.")).toBeDefined();
});

test("whether there is one is not guessed while the server is away", async () => {
  serve({ [`GET ${feed}`]: () => problem(503, "database-unavailable") });
  show(<CalendarSection />);
  expect(await screen.findByRole("alert")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Créer l’adresse" })).toBeNull();
});

test("when a program last read the agenda is told, and that none has", async () => {
  kept("2026-11-02T09:00:00Z");
  const { unmount } = show(<CalendarSection />);
  expect(await screen.findByText("Aucun logiciel ne l’a encore lue.")).toBeDefined();
  unmount();
  kept("2026-11-02T09:00:00Z", "2026-11-19T07:30:00Z");
  show(<CalendarSection />);
  expect(await screen.findByText(/dernière fois le 19 novembre 2026/)).toBeDefined();
});
