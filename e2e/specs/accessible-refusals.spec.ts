import { expectRefusal, type Refusal } from "../support/refusals.ts";
import { expectAllAccessible, languages } from "../support/states.ts";
import { expect, test } from "../support/test.ts";

test.describe.configure({ timeout: 240_000 });

for (const language of languages) {
  const spoken = language.locale.slice(0, 2);

  test(`the refusals of a sign-in are accessible (${spoken})`, async ({ welcome, installation }) => {
    const somebody = await welcome({ ...language, at: installation });
    const { page } = somebody;
    somebody.witness.allow(/status of (40[034]|503)/);
    const expectPage = (refusal: Refusal) => expectRefusal(page, refusal);

    await expectAllAccessible(somebody, [
      ["choice of several providers", async () => {
        await somebody.open("/sign-in");
        await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(2);
      }],
      ["a provider that does not answer", () => somebody.open("/auth/login?provider=away").then(() => expectPage("provider-unavailable"))],
      ["a provider that nobody knows", () => somebody.open("/auth/login?provider=nobody").then(() => expectPage("provider-unknown"))],
      ["a sign-in that is over", () => somebody.open("/auth/callback/op?state=old&code=old").then(() => expectPage("expired"))],
      ["a sign-out that is over", () => somebody.open("/auth/logged-out?state=old").then(() => expectPage("signed-out-unknown"))],
      ["refused by the provider", async () => {
        await somebody.open("/auth/login?provider=op");
        await installation.answer(page, "ada", "Refuse");
        await expectPage("provider-refused");
      }],
      ["signed in at too low a level", async () => {
        await somebody.open("/auth/login?provider=op");
        await installation.answer(page, "sam");
        await expectPage("assurance");
      }],
      ["not allowed by the rules", async () => {
        await somebody.context.clearCookies();
        await somebody.open("/auth/login?provider=op");
        await installation.answer(page, "bea");
        await expectPage("not-allowed");
      }],
    ]);
  });

  test(`the refusal of a deactivated person is accessible (${spoken})`, async ({ welcome }) => {
    const marc = await welcome(language);
    marc.witness.allow(/status of 403/);
    await expectAllAccessible(marc, [
      ["a deactivated account", async () => {
        await marc.open("/auth/login");
        await marc.choose("Marc Olivier");
        await expectRefusal(marc.page, "deactivated");
      }],
    ]);
  });
}

test("the documentation of the API, which is in English, is accessible", async ({ welcome }) => {
  const developer = await welcome({ reducedMotion: "reduce" });
  const { page } = developer;
  developer.witness.allow(/status of 404/);
  await expectAllAccessible(developer, [
    ["the operations", () => developer.open("/docs").then(() => expect(page.getByRole("heading", { level: 1, name: "Parvis API" })).toBeVisible())],
    ["a problem", () => developer.open("/problems/room-not-found").then(() => expect(page.getByText("room-not-found")).toBeVisible())],
    ["a problem that is none", () => developer.open("/problems/nothing").then(() => expect(page.getByText("not-found")).toBeVisible())],
  ]);
});
