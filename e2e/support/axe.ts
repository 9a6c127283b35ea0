import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

/** Each state is judged on all of them; the last is the one on which it was reached, and from which the next begins. */
const screens = [
  { name: "390 px, light", viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "390 px, dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  { name: "wide, dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { name: "wide, light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
] as const;

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Holds that a page, as it stands, breaks no rule of WCAG 2.2 AA that a machine can check and is not wider than the
 * screen: at 390 px and wide, light and dark.
 */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const wrong: string[] = [];
  for (const { name, viewport, colorScheme } of screens) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await settled(page);
    wrong.push(...[...(await violations(page)), ...(await tooWide(page))].map((what) => `${name}: ${what}`));
  }
  expect(wrong, `accessibility of: ${state}`).toEqual([]);
}

/** Colors are judged at rest, not in the middle of a transition. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(
    document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined)),
  ));
}

/** What axe finds. Its code stays in a page, and little else than what is wrong is brought over: it runs hundreds of times. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async (values) => (await (window as unknown as { axe: typeof axe }).axe.run({ runOnly: { type: "tag", values }, resultTypes: ["violations"] })).violations,
    rules,
  );
  return found.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.target.join(" ")}: ${n.failureSummary}`).join("\n  ")}`);
}

async function tooWide(page: Page): Promise<string[]> {
  const { content, screen } = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, screen: document.documentElement.clientWidth }));
  return content > screen ? [`the content is ${content} px wide`] : [];
}
