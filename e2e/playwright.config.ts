import { join } from "node:path";

import { defineConfig } from "@playwright/test";

import { chromium } from "./support/chromium.ts";

const results = process.env["PARVIS_TEST_RESULTS"];

export default defineConfig({
  testDir: "./specs",
  outputDir: "./results",
  // Each browser encodes and decodes video in software: two at work fill a small machine.
  workers: 1,
  // On a shared machine a browser may be starved for seconds. A test that needed its second try is named as flaky.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: results ? [["list"], ["json", { outputFile: join(results, "playwright.json") }]] : [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: chromium(),
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    viewport: { width: 1280, height: 800 },
    // To record a call costs a third of the processor again: where there is a second try, only that is recorded.
    trace: process.env.CI ? "on-first-retry" : { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
  },
});
