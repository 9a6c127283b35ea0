import { expect, type Locator, type Page } from "@playwright/test";

/**
 * Moves the focus as somebody without a pointer does: Tab from one part of the page to the next, arrows inside a
 * toolbar or a menu, which is one stop of its own.
 */
export async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const focused = () => target.evaluate((element) => element === document.activeElement);
  const inItsGroup = () =>
    target.evaluate((element) => element.closest("[role=toolbar], [role=menu]")?.contains(document.activeElement) ?? false);
  for (let presses = 0; presses < 80; presses++) {
    if (await focused()) return;
    await page.keyboard.press((await inItsGroup()) ? "ArrowRight" : "Tab");
  }
  expect(await focused(), `the focus reaches ${target}`).toBe(true);
}

/** Reaches a control and works it with the key, Enter unless said. */
export async function press(page: Page, target: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await reach(page, target);
  await page.keyboard.press(key);
}

/** Holds that what takes the focus has it: the element, or one inside. */
export async function expectFocusWithin(part: Locator): Promise<void> {
  await expect.poll(() => part.evaluate((element) => element.contains(document.activeElement)), `the focus is within ${part}`).toBe(true);
}

/** Holds that the focus is not on the page behind a dialog; outside the page, in the browser's own bar, it may be. */
export async function expectFocusNotBehind(dialog: Locator): Promise<void> {
  const behind = await dialog.evaluate((element) => document.activeElement !== document.body && !element.contains(document.activeElement));
  expect(behind, `the focus is behind ${dialog}`).toBe(false);
}
