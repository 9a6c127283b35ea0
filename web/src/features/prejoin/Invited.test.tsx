import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { jeanne, json, nobody, problem, room, serve, show } from "../../test/render";
import { Invited } from "./Invited";

const slug = "abc-defg-hij";
const path = `/api/v1/rooms/${slug}`;
const open = () =>
  show(
    <Invited slug={slug}>
      <p>the entrance</p>
    </Invited>,
  );
const signedIn = { "GET /api/v1/me": () => json(jeanne), [`GET ${path}`]: () => json(room) };

beforeEach(() => {
  sessionStorage.clear();
  history.replaceState(null, "", `/${slug}?invite=s3cr3t&x=1#end`);
});
afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

test("who has no invitation goes on at once", async () => {
  history.replaceState(null, "", `/${slug}`);
  serve({ "GET /api/v1/me": () => json(nobody) });
  open();
  expect(await screen.findByText("the entrance")).toBeDefined();
});

test("the token leaves the address at once and waits out a sign-in", async () => {
  serve({ "GET /api/v1/me": () => json(nobody) });
  open();
  const link = await screen.findByRole("link", { name: "Se connecter" });
  expect(location.search + location.hash).toBe("?x=1#end");
  expect((link as HTMLAnchorElement).href).not.toContain("s3cr3t");
  expect(new URL((link as HTMLAnchorElement).href).searchParams.get("returnTo")).toBe(`/${slug}`);
  expect(screen.queryByText("the entrance")).toBeNull();
});

test("after the sign-in the invitation is taken up once, and the entrance follows", async () => {
  serve({ "GET /api/v1/me": () => json(nobody) });
  open().unmount();
  expect(location.search).toBe("?x=1");
  const sent: unknown[] = [];
  serve({
    ...signedIn,
    [`POST ${path}/claim`]: async (request) => {
      sent.push(await request.json());
      return json({ role: "moderator" });
    },
  });
  open().unmount();
  open();
  expect(await screen.findByText("the entrance")).toBeDefined();
  await waitFor(() => {
    expect(sessionStorage).toHaveLength(0);
  });
  expect(sent[0]).toEqual({ token: "s3cr3t" });
});

test("a guest is asked to sign in, or goes on without", async () => {
  serve({ "GET /api/v1/me": () => json({ kind: "guest", name: "Guy", assurance: "unknown" }) });
  open();
  await userEvent.click(await screen.findByRole("button", { name: "Continuer sans elle" }));
  expect(await screen.findByText("the entrance")).toBeDefined();
});

test("an invitation that is no longer good says so, is forgotten, and lets one go on", async () => {
  serve({ ...signedIn, [`GET ${path}`]: () => problem(404, "room-not-found"), [`POST ${path}/claim`]: () => problem(403, "invitation-invalid") });
  open();
  expect((await screen.findByRole("alert")).textContent).toContain("Cette invitation n’est plus valable");
  await userEvent.click(screen.getByRole("button", { name: "Continuer sans elle" }));
  expect(await screen.findByText("the entrance")).toBeDefined();
  expect(sessionStorage).toHaveLength(0);
});

test("who has the role already goes on: their provider answered for the address, or they opened the link before", async () => {
  serve({ ...signedIn, [`POST ${path}/claim`]: () => problem(403, "invitation-invalid") });
  open();
  await waitFor(() => {
    expect(sessionStorage).toHaveLength(0);
  });
  expect(await screen.findByText("the entrance")).toBeDefined();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a server that is away is tried again with the same invitation", async () => {
  let away = true;
  serve({ ...signedIn, [`POST ${path}/claim`]: () => (away ? problem(503, "database-unavailable") : json({ role: "member" })) });
  open();
  const again = await screen.findByRole("button", { name: "Réessayer" });
  away = false;
  await userEvent.click(again);
  expect(await screen.findByText("the entrance")).toBeDefined();
});
