import { expect, type Locator, type Page } from "@playwright/test";

/**
 * Moves the focus as somebody without a pointer does: Tab from one part of the page to the next, arrows inside a
 * toolbar, which is one stop of its own.
 */
export async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const focused = () => target.evaluate((element) => element === document.activeElement);
  const inItsToolbar = () =>
    target.evaluate((element) => element.closest("[role=toolbar]")?.contains(document.activeElement) ?? false);
  for (let presses = 0; presses < 80; presses++) {
    if (await focused()) return;
    await page.keyboard.press((await inItsToolbar()) ? "ArrowRight" : "Tab");
  }
  expect(await focused(), `the focus reaches ${target}`).toBe(true);
}

/** Reaches a control and works it with the key, Enter unless said. */
export async function press(page: Page, target: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await reach(page, target);
  await page.keyboard.press(key);
}
