import { expectMoving } from "../support/media.ts";
import type { Platform } from "../support/platform.ts";
import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";

const address = "zoe.martin@ailleurs.example";

/** Where a link of the latest mail about a meeting leads, as the demonstration's page of mail shows it. */
async function linkInMail(reader: Visitor, platform: Platform, title: string, link: string): Promise<string> {
  const { page } = reader;
  const mail = page.getByRole("link", { name: title }).first();
  await expect(async () => {
    await page.goto(`http://localhost:${platform.providerPort}/mail`);
    await expect(mail).toBeVisible({ timeout: 500 });
  }, "the mail is there").toPass();
  await mail.click();
  const target = page.frameLocator("iframe").getByRole("link", { name: link });
  await expect(target).toBeVisible();
  return (await target.getAttribute("href")) ?? "";
}

test("a guest goes from the invitation's mail into the call, and answers no to the next one", async ({ welcome, platform }) => {
  test.setTimeout(120_000);
  const [jeanne, zoe] = [await welcome(), await welcome()];
  const { words } = zoe;
  zoe.witness.allow(/^Blocked script execution in .*\/mail\//); // what looks for the link is a script itself
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const now = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Paris", dateStyle: "short", timeStyle: "medium" }).format(Date.now() + 5 * 60_000);
  const planned = await jeanne.context.request.post(`${jeanne.site.url}/api/v1/meetings`, {
    data: {
      title: "Point hebdomadaire", start: now.replace(" ", "T"), timeZone: "Europe/Paris", duration: "PT1H", access: { entry: "members" },
      recurrence: { rules: ["FREQ=WEEKLY;COUNT=3"] }, invitees: [{ email: address, name: "Zoé Martin" }],
    },
    headers: { Origin: jeanne.site.url },
  });
  expect(planned.status(), await planned.text()).toBe(201);
  const { id, room } = (await planned.json()) as { id: string; room: { slug: string } };

  await test.step("the link of the mail lets them in, under their name, past the lobby", async () => {
    await jeanne.open(`/${room.slug}`);
    await jeanne.join();
    await zoe.page.goto(await linkInMail(zoe, platform, "Point hebdomadaire", "Rejoindre la réunion"));
    await expect(zoe.page.getByRole("textbox", { name: words.prejoin.name })).toHaveValue("Zoé Martin");
    await zoe.join();
    await expectMoving(jeanne.call.video("Zoé Martin"));
  });

  await test.step("the other link takes the answer, which the host reads", async () => {
    await zoe.page.goto(await linkInMail(zoe, platform, "Point hebdomadaire", "Répondre à l’invitation"));
    await zoe.page.getByRole("button", { name: words.invitation.decline, exact: true }).click();
    await expect(zoe.page.getByText(words.invitation.noted.declined)).toBeVisible();
    await jeanne.open(`/meetings/${id}`);
    const guests = jeanne.page.getByRole("region", { name: jeanne.words.planning.invitees });
    await expect(guests.getByRole("listitem").filter({ hasText: "Zoé Martin" })).toContainText(jeanne.words.invitation.answers.declined);
  });
});
