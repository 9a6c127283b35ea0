import { test as base, expect, type BrowserContextOptions } from "@playwright/test";

import { Installation } from "./installation.ts";
import { Platform } from "./platform.ts";
import { type Site, Visitor } from "./visitor.ts";
import { catalogues } from "./words.ts";
import { Witness } from "./witness.ts";

export interface Newcomer extends BrowserContextOptions {
  /** Where this person goes; the worker's platform unless said. */
  at?: Site;
}

/** Opens a browser context of its own, as somebody on another computer would. */
export type Welcome = (options?: Newcomer) => Promise<Visitor>;

/**
 * `welcome` gives a test its people. At the end each of their browsers is held to three promises: no console error or
 * exception that the test did not name, no CSP violation, no request to a host that is not the platform's.
 */
export const test = base.extend<{ welcome: Welcome }, { platform: Platform; installation: Installation }>({
  platform: [
    async ({}, use) => {
      const platform = await Platform.start();
      await use(platform);
      await platform.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  installation: [
    async ({}, use) => {
      const installation = await Installation.start();
      await use(installation);
      await installation.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  welcome: async ({ browser, platform }, use, info) => {
    const visitors: Visitor[] = [];
    await use(async ({ at = platform, ...options } = {}) => {
      const context = await browser.newContext(options);
      const witness = await Witness.in(context);
      const language = (options.locale ?? info.project.use.locale ?? "en").startsWith("fr") ? "fr" : "en";
      const visitor = new Visitor(context, await context.newPage(), witness, at, catalogues[language]);
      visitors.push(visitor);
      return visitor;
    });
    for (const { context, witness, site } of visitors) {
      await context.close();
      expect.soft(witness.unexpected(), "errors in the browser's console").toEqual([]);
      expect.soft(witness.foreignHosts(site.hosts), "foreign hosts").toEqual([]);
    }
    if (info.status !== info.expectedStatus) await info.attach("platform.log", { body: platform.said() });
  },
});

export { expect };
