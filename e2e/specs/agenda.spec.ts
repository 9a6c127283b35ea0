import { expectAllAccessible, languages } from "../support/states.ts";
import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";
import { anyOf, filled } from "../support/words.ts";

const day = 86_400_000;

/** A day as its field takes it, so many days from now, in Paris. */
function dayIn(days: number): string {
  return new Intl.DateTimeFormat("sv", { timeZone: "Europe/Paris" }).format(Date.now() + days * day);
}

const main = ({ page }: Visitor) => page.getByRole("main");
const button = (visitor: Visitor, name: string) => main(visitor).getByRole("button", { name, exact: true });

/** Fills what a meeting needs: a title, and every week from a day on, so many times. */
async function fillWeekly(visitor: Visitor, title: string, date: string, times: number): Promise<void> {
  const { page, words } = visitor;
  await page.getByRole("textbox", { name: words.planning.title }).fill(title);
  await page.getByLabel(words.planning.date, { exact: true }).fill(date);
  await page.getByLabel(words.planning.time, { exact: true }).fill("09:00");
  await page.getByRole("combobox", { name: words.planning.repeats }).selectOption("weekly");
  await page.getByRole("combobox", { name: words.planning.ends }).selectOption("count");
  await page.getByRole("textbox", { name: words.planning.endCount }).fill(String(times));
}

/** The rows of the dates to come, without those that were cancelled. */
const dates = (visitor: Visitor) =>
  visitor.page.getByRole("region", { name: visitor.words.planning.dates }).getByRole("listitem").filter({ hasNotText: visitor.words.planning.cancelled });

test("somebody plans a weekly meeting, finds it at home, moves a date and cancels another", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, amine] = [await welcome(), await welcome()];
  const { page, words } = jeanne;
  await amine.open();
  await amine.signIn("Amine Kader");
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const title = "Comité de suivi";

  await test.step("what is not said is asked for beside its field", async () => {
    await main(jeanne).getByRole("link", { name: words.home.plan }).click();
    await button(jeanne, words.planning.plan).click();
    await expect(page.getByText(words.planning.wrong.titleEmpty)).toBeVisible();
    await expect(page.getByRole("textbox", { name: words.planning.title })).toBeFocused();
  });

  await test.step("the dates are shown before anything is saved", async () => {
    await fillWeekly(jeanne, title, dayIn(2), 4);
    await expect(page.getByRole("region", { name: words.planning.preview }).getByRole("listitem")).toHaveCount(4);
  });

  await test.step("a colleague is found by name, anybody by an address", async () => {
    const who = page.getByRole("combobox", { name: words.members.who });
    await who.fill("morel");
    await expect(page.getByText(words.planning.organizesIt)).toBeVisible();
    await who.fill("kad");
    await who.press("Tab");
    await page.getByRole("button", { name: filled(words.members.take, { name: "Amine Kader" }) }).click();
    await expect(who).toBeFocused();
    await who.fill("louise.petit@justice.example");
    await page.getByRole("listbox").getByRole("option").click();
    await expect(page.getByRole("button", { name: filled(words.planning.uninviteOf, { name: "Amine Kader" }) })).toBeVisible();
    await who.fill("zoe@example.org");
    await expect(page.getByText(filled(words.planning.mails.invited_other, { count: 3 })), "who is typed is counted").toBeVisible();
    await who.fill("");
    await page.getByRole("combobox", { name: filled(words.planning.roleOf, { name: "Amine Kader" }) }).selectOption("moderator");
    await button(jeanne, words.planning.plan).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expect(dates(jeanne)).toHaveCount(4);
  });
  const meeting = new URL(page.url()).pathname;

  await test.step("a personal link is shown this once", async () => {
    await page.getByRole("button", { name: filled(words.planning.personalLinkOf, { name: "louise.petit@justice.example" }) }).click();
    await page.getByRole("dialog").getByRole("button", { name: words.planning.replaceLink }).click(); // their mail has one
    await page.getByRole("dialog", { name: words.planning.replaceLinkAsk }).getByRole("button", { name: words.planning.replaceLink }).click();
    await expect(page.getByText(/#i=/)).toBeVisible();
    await page.reload();
    await expect(dates(jeanne)).toHaveCount(4);
    await expect(page.getByText(/#i=/)).toHaveCount(0);
  });

  await test.step("one date is moved by a day: the others stay", async () => {
    await dates(jeanne).first().getByRole("button", { name: anyOf(words.planning.changeDateOf) }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(words.planning.date, { exact: true }).fill(dayIn(3));
    await dialog.getByRole("button", { name: words.common.save }).click();
    await expect(dialog).toHaveCount(0);
    await expect(dates(jeanne).first()).toContainText(words.planning.moved);
    await expect(dates(jeanne)).toHaveCount(4);
  });

  await test.step("one is cancelled and restored, then it and all after it are cancelled", async () => {
    await dates(jeanne).nth(1).getByRole("button", { name: anyOf(words.planning.cancelDateOf) }).click();
    await page.getByRole("dialog").getByRole("button", { name: words.planning.cancelScopes.this }).click();
    await expect(dates(jeanne)).toHaveCount(3);
    await page.getByRole("button", { name: anyOf(words.planning.restoreDateOf) }).click();
    await expect(page.getByRole("dialog")).toContainText(filled(words.planning.mails.told_other, { count: 2 }));
    await page.getByRole("dialog").getByRole("button", { name: words.planning.restoreDate }).click();
    await expect(page.getByRole("status").filter({ hasText: filled(words.planning.mails.told_other, { count: 2 }) })).toBeVisible();
    await expect(dates(jeanne)).toHaveCount(4);
    await dates(jeanne).nth(1).getByRole("button", { name: anyOf(words.planning.cancelDateOf) }).click();
    await page.getByRole("dialog").getByRole("radio", { name: words.planning.cancelScopes.thisAndFollowing }).check();
    await page.getByRole("dialog").getByRole("button", { name: words.planning.cancelScopes.thisAndFollowing }).click();
    await expect(dates(jeanne)).toHaveCount(1);
  });

  await test.step("what is left is in both agendas, as moved", async () => {
    await jeanne.open();
    const row = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: title }) });
    await expect(row).toContainText(words.home.moved);
    await amine.open();
    const theirs = amine.page.getByRole("listitem").filter({ has: amine.page.getByRole("link", { name: title }) });
    await expect(theirs).toContainText("Jeanne Morel");
  });

  await test.step("who is invited reads the page, and changes nothing", async () => {
    await amine.open(meeting);
    await expect(amine.page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expect(amine.page.getByRole("link", { name: amine.words.planning.edit, exact: true })).toHaveCount(0);
    await expect(amine.page.getByText("louise.petit@justice.example")).toHaveCount(0);
  });

  await test.step("who was invited by address has it in her agenda, in another ministry, and answers there", async () => {
    const louise = await welcome();
    await louise.open();
    await louise.signIn("Louise Petit");
    const theirs = louise.page.getByRole("listitem").filter({ has: louise.page.getByRole("link", { name: title }) });
    await expect(theirs).toContainText("Jeanne Morel");
    await theirs.getByRole("link", { name: title }).click();
    await louise.page.getByRole("button", { name: louise.words.invitation.accept, exact: true }).click();
    await expect(louise.page.getByText(louise.words.invitation.noted.accepted)).toBeVisible();
    await expect(louise.page.getByText("Amine Kader")).toHaveCount(0);
    await page.goto(`${jeanne.site.url}${meeting}`);
    const row = page.getByRole("listitem").filter({ hasText: "louise.petit@justice.example" });
    await expect(row).toContainText(words.invitation.answers.accepted);
    await expect(page.getByText("Louise Petit")).toHaveCount(0);
  });

  await test.step("it is cancelled, and leaves the agenda", async () => {
    await jeanne.open(meeting);
    await button(jeanne, words.planning.cancelMeeting).click();
    await page.getByRole("dialog").getByRole("button", { name: words.planning.cancelMeeting }).click();
    await expect(page.getByText(words.planning.cancelledLead)).toBeVisible();
    await jeanne.open();
    await expect(page.getByRole("heading", { name: words.home.rooms })).toBeVisible();
    await expect(page.getByRole("link", { name: title })).toHaveCount(0);
  });
});

test("a meeting that is on is joined from the home page with one click", async ({ welcome }) => {
  const claire = await welcome();
  const { page, words } = claire;
  await claire.open();
  await claire.signIn("Claire Vasseur");
  await plan(claire, { title: "Point du jour", start: localIn(5) });
  await claire.open();
  await page.getByRole("link", { name: filled(words.home.joinOf, { name: "Point du jour" }) }).click();
  await claire.join();
});

test("a monthly series of next year is found among all meetings, by the list and by its title", async ({ welcome }) => {
  const lea = await welcome();
  const { page, words } = lea;
  await lea.open();
  await lea.signIn("Paul Girard");
  const { id } = await plan(lea, { title: "Conseil d’orientation", start: `${dayIn(200)}T10:00:00`, recurrence: { rules: ["FREQ=MONTHLY;COUNT=4"] } });
  await plan(lea, { title: "Point du lendemain", start: `${dayIn(1)}T10:00:00` });
  const rows = main(lea).getByRole("listitem").filter({ has: page.getByRole("link", { name: "Conseil d’orientation" }) });
  await lea.open();
  await page.getByRole("link", { name: words.home.allMeetings }).click();
  await expect(main(lea).getByRole("link", { name: "Point du lendemain" })).toBeVisible();
  await button(lea, words.planning.later).click();
  await expect(rows.first()).toContainText(words.planning.organizedByMe);

  await page.getByLabel(words.planning.fromMonth).selectOption(dayIn(200).slice(0, 7));
  await expect(rows).toHaveCount(1);
  await expect(main(lea).getByRole("link", { name: "Point du lendemain" })).toHaveCount(0);
  await page.getByLabel(words.planning.fromMonth).selectOption("");

  await page.getByRole("searchbox", { name: words.planning.searchTitle }).fill("ORIENTATION");
  await expect(rows).toHaveCount(1);
  await expect(main(lea).getByRole("link", { name: "Point du lendemain" })).toHaveCount(0);
  await rows.getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(id));
  await page.goBack();
  await expect(rows).toHaveCount(1);
  await main(lea).getByRole("link", { name: words.planning.parts.past, exact: true }).click();
  await expect(page).toHaveURL(/\/meetings\/past$/);
});

test("a series whose dates were changed moves as one says, and nobody writes over somebody else", async ({ welcome }) => {
  const paul = await welcome();
  const { page, words } = paul;
  await paul.open();
  await paul.signIn("Paul Girard");
  paul.witness.allow(/status of 4(09|12)/);
  const { id } = await plan(paul, { title: "Revue", start: `${dayIn(2)}T09:00:00`, recurrence: { rules: ["FREQ=DAILY;COUNT=4"] } });
  await paul.open(`/meetings/${id}`);
  await dates(paul).nth(1).getByRole("button", { name: anyOf(words.planning.cancelDateOf) }).click();
  await page.getByRole("dialog").getByRole("button", { name: words.planning.cancelScopes.this }).click();
  await expect(dates(paul)).toHaveCount(3);

  await page.getByRole("link", { name: words.planning.edit, exact: true }).click();
  await page.getByLabel(words.planning.time, { exact: true }).fill("10:30");
  await expect(page.getByRole("region", { name: words.planning.preview }).getByRole("listitem").first()).toContainText("10:30");
  await button(paul, words.common.save).click();
  await page.getByRole("dialog").getByRole("radio", { name: words.planning.overrides.shift }).check();
  await page.getByRole("dialog").getByRole("button", { name: words.planning.goOn }).click();
  await expect(dates(paul)).toHaveCount(3);
  await expect(dates(paul).first()).toContainText("10:30");

  await test.step("the page of before somebody else's change shows it before it cancels anything", async () => {
    await retitle(paul, id, "Revue élargie");
    await dates(paul).nth(1).getByRole("button", { name: anyOf(words.planning.cancelDateOf) }).click();
    await page.getByRole("dialog").getByRole("button", { name: words.planning.cancelScopes.this }).click();
    await expect(page.getByText(words.planning.reloaded)).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: "Revue élargie" })).toBeVisible();
    await expect(dates(paul)).toHaveCount(3);
  });

  await test.step("a draft survives somebody else's change of another field", async () => {
    await page.getByRole("link", { name: words.planning.edit, exact: true }).click();
    await page.getByRole("textbox", { name: words.planning.description }).fill("Ordre du jour à venir");
    await retitle(paul, id, "Grande revue");
    await button(paul, words.common.save).click();
    await button(paul, words.room.keepMine).click();
    await expect(page.getByRole("heading", { level: 1, name: "Grande revue" })).toBeVisible();
    await expect(page.getByText("Ordre du jour à venir")).toBeVisible();
  });
});

for (const language of languages) {
  const spoken = language.locale;
  test(`planning is accessible (${spoken})`, async ({ welcome }) => {
    test.setTimeout(240_000);
    const louise = await welcome();
    await louise.open();
    await louise.signIn("Louise Petit"); // a colleague whom the directory knows from then on
    const samira = await welcome(language);
    const { page, words } = samira;
    const dialog = page.getByRole("dialog");
    const seen = (text: string) => expect(page.getByText(text).first()).toBeVisible();
    samira.witness.allow(/status of 404/);
    await samira.open();
    await samira.signIn("Samira Dufour");
    await expectAllAccessible(samira, [
      ["an empty agenda", () => seen(words.home.agendaEmpty)],
      ["a meeting to plan", () => samira.open("/meetings/new").then(() => seen(words.planning.more))],
      ["without a title", async () => {
        await button(samira, words.planning.plan).click();
        await seen(words.planning.wrong.titleEmpty);
      }],
      ["a weekly one, with its dates and a warning", async () => {
        await fillWeekly(samira, "Comité de suivi", dayIn(2), 12);
        await page.getByRole("combobox", { name: words.planning.ends }).selectOption("never");
        await seen(words.planning.warnings);
      }],
      ["with somebody invited", async () => {
        await page.getByRole("combobox", { name: words.members.who }).fill("zoe.blanc@example.org");
        await page.getByRole("listbox").getByRole("option").click();
        await expect(page.getByRole("button", { name: anyOf(words.planning.uninviteOf) })).toBeVisible();
      }],
      ["a colleague who may be meant", async () => {
        const who = page.getByRole("combobox", { name: words.members.who });
        await who.fill("petit");
        await who.press("Tab");
        await expect(page.getByRole("button", { name: filled(words.members.take, { name: "Louise Petit" }) })).toBeVisible();
      }],
      ["what is not understood of a list", async () => {
        await page.getByRole("combobox", { name: words.members.who }).fill("Paul; luc@");
        await button(samira, words.planning.plan).click();
        await expect(page.getByRole("alert").filter({ hasText: "luc@" })).toBeVisible();
      }],
      ["leave it unsaved?", async () => {
        await page.getByRole("combobox", { name: words.members.who }).fill("");
        await page.getByRole("banner").getByRole("link").first().click();
        await expect(dialog.getByRole("button", { name: words.planning.leave })).toBeVisible();
      }],
      ["with all that one can say of it", async () => {
        await dialog.getByRole("button", { name: words.planning.stay }).click();
        await page.getByText(words.planning.more, { exact: true }).click();
        await page.getByRole("button", { name: words.planning.makePasscode }).click();
        await page.getByRole("combobox", { name: words.planning.deputyWho, exact: true }).fill("pet");
        await page.getByRole("option", { name: /Louise Petit/ }).click();
        await expect(page.getByLabel(filled(words.planning.deputyUntilOf, { name: "Louise Petit" }))).toBeVisible();
        await page.getByRole("radio", { name: words.planning.modes.existing }).check();
        await seen(words.planning.noRooms);
        await page.getByRole("radio", { name: words.planning.modes.dedicated }).check();
      }],
      ["the meeting", async () => {
        await button(samira, words.planning.plan).click();
        await expect(dates(samira)).toHaveCount(8);
      }],
      ["a personal link", async () => {
        await page.getByRole("button", { name: anyOf(words.planning.personalLinkOf) }).click();
        await dialog.getByRole("button", { name: words.planning.replaceLink }).click(); // their mail has one
        await page.getByRole("dialog", { name: words.planning.replaceLinkAsk }).getByRole("button", { name: words.planning.replaceLink }).click();
        await seen(words.planning.copyLinkLead);
      }],
      ["a date to change", async () => {
        await dialog.getByRole("button", { name: words.common.close, exact: true }).last().click();
        await dates(samira).nth(2).getByRole("button", { name: anyOf(words.planning.changeDateOf) }).click();
        await expect(dialog).toBeVisible();
      }],
      ["a date to cancel", async () => {
        await dialog.getByRole("button", { name: words.common.cancel }).click();
        await dates(samira).nth(2).getByRole("button", { name: anyOf(words.planning.cancelDateOf) }).click();
        await expect(dialog).toBeVisible();
      }],
      ["a date less", async () => {
        await dialog.getByRole("button", { name: words.planning.cancelScopes.this }).click();
        await expect(dialog).toHaveCount(0);
      }],
      ["what becomes of changed dates?", async () => {
        samira.witness.allow(/status of 409/);
        await page.getByRole("link", { name: words.planning.edit, exact: true }).click();
        await page.getByLabel(words.planning.time, { exact: true }).fill("10:30");
        await expect(page.getByRole("region", { name: words.planning.preview }).getByRole("listitem").first()).toContainText("10:30");
        await button(samira, words.common.save).click();
        await expect(page.getByRole("region", { name: words.planning.fates })).toBeVisible();
      }],
      ["the agenda", () => samira.open().then(() => seen("Comité de suivi"))],
      ["cancel the meeting?", async () => {
        await page.getByRole("link", { name: "Comité de suivi" }).first().click();
        await button(samira, words.planning.cancelMeeting).click();
        await expect(dialog).toBeVisible();
      }],
      ["a cancelled meeting", async () => {
        await dialog.getByRole("button", { name: words.planning.cancelMeeting }).click();
        await seen(words.planning.cancelledLead);
      }],
      ["what is over", () => samira.open("/meetings/past").then(() => seen(words.planning.pastEmpty))],
      ["nothing to come, and no address of the calendar", () => samira.open("/meetings").then(() => seen(words.planning.comingEmpty))],
      ["the address of the calendar", async () => {
        await page.getByRole("button", { name: words.planning.calendarMake }).click();
        await seen(words.planning.calendarSecret);
      }],
      ["the address comes to an end?", async () => {
        await page.getByRole("button", { name: words.planning.calendarEnd }).click();
        await expect(dialog).toBeVisible();
      }],
      ["an address that has ended", async () => {
        await dialog.getByRole("button", { name: words.planning.calendarEnd }).click();
        await expect(page.getByRole("button", { name: words.planning.calendarMake })).toBeVisible();
      }],
      ["no such meeting", () => samira.open("/meetings/0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58").then(() => seen(words.errors["meeting-not-found"]))],
    ]);
  });
}

/** The local time in Paris so many minutes from now. */
function localIn(minutes: number): string {
  return new Intl.DateTimeFormat("sv", { timeZone: "Europe/Paris", dateStyle: "short", timeStyle: "medium" }).format(Date.now() + minutes * 60_000).replace(" ", "T");
}

/** Plans a meeting by REST with this browser's sign-in: where the form is no part of the story. */
async function plan(visitor: Visitor, meeting: { title: string; start: string; recurrence?: object }): Promise<{ id: string }> {
  const answer = await visitor.context.request.post(`${visitor.site.url}/api/v1/meetings`, {
    data: { timeZone: "Europe/Paris", duration: "PT1H", ...meeting },
    headers: { Origin: visitor.site.url },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return answer.json();
}

/** Somebody else's change, from another computer. */
async function retitle(visitor: Visitor, id: string, title: string): Promise<void> {
  const address = `${visitor.site.url}/api/v1/meetings/${id}`;
  const { etag = "" } = (await visitor.context.request.get(address)).headers();
  const answer = await visitor.context.request.patch(address, {
    headers: { "Content-Type": "application/merge-patch+json", "If-Match": etag, Origin: visitor.site.url },
    data: JSON.stringify({ title }),
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}
