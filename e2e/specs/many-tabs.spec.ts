import type { BrowserContext, Page, Request } from "@playwright/test";

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

/** What the tabs of a browser ring, and how they agree on it. */
class Bells {
  readonly #answers = new Map<Page, boolean[]>();
  readonly #tones = new Map<Page, number>();

  static async in(context: BrowserContext): Promise<Bells> {
    const bells = new Bells();
    await context.exposeBinding("bellAsked", ({ page }, mine: boolean) => void bells.#answers.set(page, [...(bells.#answers.get(page) ?? []), mine]));
    await context.exposeBinding("bellTone", ({ page }) => void bells.#tones.set(page, bells.tones(page) + 1));
    await context.addInitScript(listenForBells);
    return bells;
  }

  /** Whether a tab was to ring, each time that it asked. */
  answers(page: Page): boolean[] {
    return this.#answers.get(page) ?? [];
  }

  tones(page: Page): number {
    return this.#tones.get(page) ?? 0;
  }
}

/** Runs in each tab before its own scripts. */
function listenForBells(): void {
  if (!("locks" in navigator)) return; // a page that is no page yet
  const { bellAsked, bellTone } = window as unknown as { bellAsked(mine: boolean): void; bellTone(): void };
  const locks = navigator.locks as unknown as { request: (...args: unknown[]) => Promise<unknown> };
  const request = locks.request.bind(navigator.locks);
  locks.request = (name, options, held) => {
    if (name !== "parvis chime") return request(name, options, held);
    return request(name, options, (lock: Lock | null) => {
      bellAsked(lock !== null);
      return (held as LockGrantedCallback<unknown>)(lock);
    });
  };
  const tones = OscillatorNode.prototype as { start(when?: number): void };
  const { start } = tones;
  tones.start = function (this: OscillatorNode, when) {
    bellTone();
    start.call(this, when);
  };
}

test("a host who has the home page and the call open hears one bell for a newcomer, that of the call", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, nadia] = [await welcome(), await welcome()];
  const bells = await Bells.in(jeanne.context);
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted" });
  const home = await jeanne.context.newPage();
  await home.goto(jeanne.site.url);
  await jeanne.enter(room);

  await nadia.knock(room, "Nadia Benali");
  const refuse = (tab: Page) => tab.getByRole("button", { name: filled(jeanne.words.lobby.refuseOne, { name: "Nadia Benali" }) });
  for (const tab of [home, jeanne.page]) await expect(refuse(tab)).toBeVisible();
  await expect.poll(() => bells.answers(home), "home asked whether to ring").toEqual([false]);
  expect(bells.answers(jeanne.page), "the call asked").toEqual([true]);
  expect([bells.tones(jeanne.page), bells.tones(home)], "tones in the call and at home").toEqual([2, 0]);
  await refuse(jeanne.page).click();
  await expect(refuse(home)).toHaveCount(0);
});

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
