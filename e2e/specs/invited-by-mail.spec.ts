import { expectMoving } from "../support/media.ts";
import type { Platform } from "../support/platform.ts";
import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";
import { anyOf, filled } from "../support/words.ts";

const address = "zoe.martin@ailleurs.example";
const title = "Point hebdomadaire";

/** Day and time in Paris as their fields take them, so many days after a moment. */
function inParis(moment: number, days = 0): { date: string; time: string } {
  const local = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Paris", dateStyle: "short", timeStyle: "short" }).format(moment + days * 86_400_000);
  return { date: local.slice(0, 10), time: local.slice(11) };
}

/** Opens the latest mail of a kind about the meeting, on the demonstration's page of mail. */
async function openMail({ page }: Visitor, platform: Platform, kind: string): Promise<void> {
  const mail = page.getByRole("link", { name: `${kind}: ${title}` }).first();
  await expect(async () => {
    await page.goto(`http://localhost:${platform.providerPort}/mail`);
    await expect(mail).toBeVisible({ timeout: 500 });
  }, `there is a mail: ${kind}`).toPass();
  await mail.click();
}

/** Where a link of the mail that is open leads. */
async function linkInMail({ page }: Visitor, link: string): Promise<string> {
  const target = page.frameLocator("iframe").getByRole("link", { name: link });
  await expect(target).toBeVisible();
  return (await target.getAttribute("href")) ?? "";
}

/** Plans the meeting on the page: every week, three times, with a guest by e-mail, for members and those invited alone. */
async function planWeekly({ page, words }: Visitor, { date, time }: { date: string; time: string }): Promise<void> {
  await page.getByRole("main").getByRole("link", { name: words.home.plan }).click();
  await page.getByRole("textbox", { name: words.planning.title }).fill(title);
  await page.getByLabel(words.planning.date, { exact: true }).fill(date);
  await page.getByLabel(words.planning.time, { exact: true }).fill(time);
  await page.getByRole("combobox", { name: words.planning.repeats }).selectOption("weekly");
  await page.getByRole("combobox", { name: words.planning.ends }).selectOption("count");
  await page.getByRole("textbox", { name: words.planning.endCount }).fill("3");
  await page.getByRole("combobox", { name: words.planning.entry }).selectOption("members");
  await page.getByRole("combobox", { name: words.members.who }).fill(address);
  await page.getByRole("listbox").getByRole("option").click();
  await page.getByRole("main").getByRole("button", { name: words.planning.plan, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
}

test("a guest of a weekly meeting hears of each change by mail, goes from the latest into the call, and answers no", async ({ welcome, platform }) => {
  test.setTimeout(180_000);
  const [paul, zoe] = [await welcome(), await welcome()];
  const { words } = zoe;
  zoe.witness.allow(/^Blocked script execution in .*\/mail\//); // what looks for the link is a script itself
  const first = Date.now() + 5 * 60_000;
  const dates = paul.page.getByRole("region", { name: paul.words.planning.dates }).getByRole("listitem").filter({ hasNotText: paul.words.planning.cancelled });
  const dialog = paul.page.getByRole("dialog");
  await paul.open();
  await paul.signIn("Paul Girard"); // whose agenda is free at this time
  await planWeekly(paul, inParis(first));
  await expect(dates).toHaveCount(3);
  const meeting = new URL(paul.page.url()).pathname;
  await openMail(zoe, platform, "Invitation");

  await test.step("the second date is moved by a day", async () => {
    await dates.nth(1).getByRole("button", { name: anyOf(paul.words.planning.changeDateOf) }).click();
    await dialog.getByLabel(paul.words.planning.date, { exact: true }).fill(inParis(first, 8).date);
    await dialog.getByRole("button", { name: paul.words.common.save }).click();
    await expect(dates.nth(1)).toContainText(paul.words.planning.moved);
    await openMail(zoe, platform, "Meeting changed");
  });

  await test.step("the last one is cancelled, which its mail says", async () => {
    await dates.nth(2).getByRole("button", { name: anyOf(paul.words.planning.cancelDateOf) }).click();
    await dialog.getByRole("button", { name: paul.words.planning.cancelScopes.this }).click();
    await expect(dates).toHaveCount(2);
    await openMail(zoe, platform, "Date cancelled");
  });

  await test.step("the link of the latest invitation lets them in, past the lobby", async () => {
    await paul.open();
    await paul.page.getByRole("link", { name: filled(paul.words.home.joinOf, { name: title }) }).click();
    await paul.join();
    await openMail(zoe, platform, "Meeting changed");
    await zoe.page.goto(await linkInMail(zoe, "Join the meeting"));
    await zoe.join("Zoé Martin");
    await expectMoving(paul.call.video("Zoé Martin"));
  });

  await test.step("the other link shows what is left, and takes the answer, which the host reads", async () => {
    await openMail(zoe, platform, "Meeting changed");
    await zoe.page.goto(await linkInMail(zoe, "Answer the invitation"));
    const left = zoe.page.getByRole("region", { name: words.invitation.dates }).getByRole("listitem");
    await expect(left).toHaveCount(2);
    await expect(left.nth(1)).toContainText(words.invitation.moved);
    await zoe.page.getByRole("button", { name: words.invitation.decline, exact: true }).click();
    await expect(zoe.page.getByText(words.invitation.noted.declined)).toBeVisible();
    await paul.open(meeting);
    const guests = paul.page.getByRole("region", { name: paul.words.planning.invitees });
    await expect(guests.getByRole("listitem").filter({ hasText: address })).toContainText(paul.words.invitation.answers.declined);
  });
});
