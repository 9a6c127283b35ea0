import { expect, holders, pagesOf, test } from "../support/console.ts";
import { expectAllAccessible, languages } from "../support/states.ts";

// Each page is judged on four screens, at 390 px and wide, light and dark: see support/axe.ts.
test.describe.configure({ timeout: 600_000 });

const [english, french] = languages;
// Whoever administers the platform sees every page; who sees less sees the same ones.
const walks = [{ role: "platform-admin", language: french }, { role: "org-admin", language: english }] as const;

for (const { role, language } of walks) {
  test(`every page of the console that ${role} sees is accessible and fits (${language.locale.slice(0, 2)})`, async ({ welcome, administered }) => {
    const somebody = await welcome({ ...language, at: administered });
    const { page, words } = somebody;
    await somebody.open();
    await somebody.signIn(holders[role]);
    await expectAllAccessible(somebody, pagesOf(role, administered).map(({ path, heading }) => [path, async () => {
      await somebody.open(`/admin/${path}`);
      await expect(page.getByRole("heading", { name: heading(words) }).first()).toBeVisible();
      await expect(page.getByText(words.common.loading)).toHaveCount(0);
    }] as const));
  });
}

test("the page of the claim is accessible and fits", async ({ welcome, administered }) => {
  const somebody = await welcome({ ...french, at: administered });
  const { page, words } = somebody;
  somebody.witness.allow(/status of 4\d\d/);
  await somebody.open();
  await somebody.signIn("Louise Petit");
  await expectAllAccessible(somebody, [
    ["claim", async () => {
      await somebody.open("/admin/claim");
      await expect(page.getByLabel(words.admin.claim.code)).toBeVisible();
    }],
    ["claim, a wrong code", async () => {
      await page.getByLabel(words.admin.claim.code).fill("AAAAA-BBBBB-CCCCC-DDDDD");
      await page.getByRole("button", { name: words.admin.claim.confirm }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    }],
    ["no console", async () => {
      await somebody.open("/admin");
      await expect(page.getByRole("heading", { name: words.admin.notYours })).toBeVisible();
    }],
  ]);
});
