import { createServer, type Server } from "node:http";
import { join } from "node:path";

import type { FrameLocator } from "@playwright/test";

import { freePort } from "../support/ports.ts";
import { run } from "../support/program.ts";
import { expect, test, type Welcome } from "../support/test.ts";
import type { Platform } from "../support/platform.ts";
import { filled } from "../support/words.ts";
import type { RoomSeen, Visitor } from "../support/visitor.ts";

/** A page of somebody else, at an address of its own, that shows a room in a frame. */
class Portal {
  readonly #server: Server;

  private constructor(readonly port: number, private readonly platform: Platform) {
    this.#server = createServer(({ url = "" }, answer) => {
      answer.setHeader("Content-Type", "text/html; charset=utf-8");
      answer.end(`<!doctype html><title>Intranet</title><link rel="icon" href="data:,"><iframe width="1200" height="760" allow="camera; microphone; display-capture; autoplay; fullscreen; screen-wake-lock" src="${this.platform.url}${url}"></iframe>`);
    });
  }

  static async open(platform: Platform): Promise<Portal> {
    const portal = new Portal(await freePort(), platform);
    await new Promise<void>((done) => portal.#server.listen(portal.port, "127.0.0.1", done));
    return portal;
  }

  origin(host: "localhost" | "127.0.0.1"): string {
    return `http://${host}:${this.port}`;
  }

  /** Somebody who opens the page, at one of its names. */
  async show(welcome: Welcome, host: "localhost" | "127.0.0.1", room: RoomSeen): Promise<{ visitor: Visitor; frame: FrameLocator }> {
    const { platform } = this;
    const visitor = await welcome({ at: { url: this.origin(host), hosts: [...platform.hosts, `${host}:${this.port}`], said: () => platform.said() } });
    visitor.witness.allow(/frame-ancestors|Framing/);
    await visitor.open(`/${room.slug}`);
    return { visitor, frame: visitor.page.frameLocator("iframe") };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

test("a page that the policy names shows a room in a frame, and a guest enters there; another page shows nothing", async ({ welcome, platform }) => {
  const [portal, other] = [await Portal.open(platform), await Portal.open(platform)];
  const jeanne = await welcome();
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Guichet", entry: "public" });
  const allowed = JSON.stringify([portal.origin("localhost"), portal.origin("127.0.0.1")]);
  await run(["policy", "set", "embedding", allowed], { PARVIS_DATA: platform.data, PARVIS_DATABASE_URL: `sqlite:${join(platform.data, "parvis.db")}` });
  const asked = () => fetch(`${platform.url}/${room.slug}`, { headers: { "Sec-Fetch-Dest": "iframe" } });
  await expect.poll(async () => (await asked()).headers.get("content-security-policy"), "the policy is heard of").toContain(portal.origin("localhost"));

  const inside = await portal.show(welcome, "localhost", room);
  const { words } = inside.visitor;
  await inside.frame.getByRole("textbox", { name: words.prejoin.name }).fill("Gaston");
  await inside.frame.getByRole("button", { name: words.prejoin.join, exact: true }).click();
  await expect(inside.frame.getByRole("navigation", { name: words.call.controls })).toBeVisible({ timeout: 20_000 });

  jeanne.witness.allowHost(new URL(portal.origin("localhost")).host);
  await jeanne.page.goto(`${portal.origin("localhost")}/${room.slug}`);
  await expect(jeanne.page.frameLocator("iframe").getByText(filled(jeanne.words.prejoin.as, { name: "Jeanne Morel" }))).toBeVisible(); // signed in there, too

  const elsewhere = await other.show(welcome, "localhost", room);
  await expect.poll(() => elsewhere.visitor.page.frames().map((frame) => frame.url())).toContain("chrome-error://chromewebdata/");
  await expect(elsewhere.frame.getByRole("textbox")).toHaveCount(0);

  // Of another site: the browser would keep no sign-in, so that the page opens a window of its own.
  const abroad = await portal.show(welcome, "127.0.0.1", room);
  const [own] = await Promise.all([abroad.visitor.context.waitForEvent("page"), abroad.frame.getByRole("link", { name: words.prejoin.ownWindow }).click()]);
  await expect(own.getByRole("textbox", { name: words.prejoin.name })).toBeVisible();
  expect(await abroad.visitor.context.cookies(platform.url)).toEqual([]);
  await Promise.all([portal.close(), other.close()]);
});
