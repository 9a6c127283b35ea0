import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, type Page } from "@playwright/test";

/** The pages on which the server says, without the client, why a sign-in is refused. */
export type Refusal =
  | "assurance" | "deactivated" | "expired" | "not-allowed" | "provider-refused" | "provider-unavailable"
  | "provider-unknown" | "signed-out-unknown";

/** Holds that a refusal is shown: its title and the sentence that says what to do, in the language of the browser. */
export async function expectRefusal(page: Page, refusal: Refusal): Promise<void> {
  const language = await page.evaluate(() => navigator.language.slice(0, 2));
  const said = texts(language);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.getByRole("heading", { level: 1, name: said[`${refusal}.title`] ?? "?", exact: true })).toBeVisible();
  await expect(page.getByText(said[`${refusal}.text`] ?? "?", { exact: true })).toBeVisible();
}

function texts(language: string): Record<string, string> {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, `../../auth/oidc/pages/${language}.json`), "utf8"));
}
