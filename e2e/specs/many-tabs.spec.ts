import type { BrowserContext, Request } from "@playwright/test";

import { expect, test } from "../support/test.ts";
import { filled } from "../support/words.ts";

/** The streams of events that a browser holds open, all its tabs together. */
class Streams {
  readonly #open = new Set<Request>();

  constructor(context: BrowserContext) {
    context.on("request", (request) => {
      if (new URL(request.url()).pathname.endsWith("/events")) this.#open.add(request);
    });
    const ended = (request: Request) => void this.#open.delete(request);
    context.on("requestfinished", ended);
    context.on("requestfailed", ended);
  }

  get count(): number {
    return [...this.#open].filter((request) => !request.frame().page().isClosed()).length; // a tab that closes ends none of its own
  }
}

test("eight tabs of one host hear of who waits by one stream, and each of them decides", async ({ welcome }) => {
  test.setTimeout(150_000);
  const [jeanne, samuel, lea, marc] = [await welcome(), await welcome(), await welcome(), await welcome()];
  const { words } = jeanne;
  const streams = new Streams(jeanne.context);
  const admit = (name: string) => filled(words.lobby.admitOne, { name });
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted" });
  const tabs = [jeanne.page];
  while (tabs.length < 8) tabs.push(await jeanne.context.newPage());
  for (const tab of tabs) await tab.goto(jeanne.site.url); // with a connection each, the seventh would find no more

  await test.step("all hear of a guest", async () => {
    await samuel.enterLobby(room, "Samuel Ortiz");
    for (const tab of tabs) await expect(tab.getByRole("button", { name: admit("Samuel Ortiz") })).toBeVisible();
    expect(streams.count, "streams that are open").toBe(1);
  });

  await test.step("one lets the guest in, and it is done in all", async () => {
    await tabs[5]?.getByRole("button", { name: admit("Samuel Ortiz") }).click();
    await samuel.call.expectIn();
    for (const tab of tabs) await expect(tab.getByRole("button", { name: admit("Samuel Ortiz") })).toHaveCount(0);
  });

  await test.step("whichever tab is closed, the others still hear, by one stream", async () => {
    // One of them has the stream. Whoever it is, it is among the first seven or it is the last.
    for (const tab of tabs.splice(0, 4)) await tab.close();
    await lea.knock(room, "Léa Martin");
    for (const tab of tabs) await expect(tab.getByRole("button", { name: admit("Léa Martin") })).toBeVisible();
    await expect.poll(() => streams.count, "streams that are open").toBe(1);
    for (const tab of tabs.splice(0, 3)) await tab.close();
    await marc.knock(room, "Marc Roussel");
    for (const tab of tabs) await expect(tab.getByRole("button", { name: admit("Marc Roussel") })).toBeVisible();
    await expect.poll(() => streams.count, "streams that are open").toBe(1);
  });

  await test.step("a tab that goes into the call hears there, and home does as before", async () => {
    const [home] = tabs;
    const inCall = await jeanne.context.newPage();
    await inCall.goto(room.url);
    await inCall.getByRole("button", { name: words.prejoin.join, exact: true }).click();
    await expect(inCall.getByRole("navigation", { name: words.call.controls })).toBeVisible({ timeout: 20_000 });
    await inCall.getByRole("button", { name: admit("Léa Martin") }).click();
    await expect(home?.getByRole("button", { name: admit("Léa Martin") }) ?? inCall.getByText("?")).toHaveCount(0);
  });
});
