import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";
import { anyOf, filled } from "../support/words.ts";

const zone = "Europe/Paris";

/** The local time in Paris so many minutes from now. */
function localIn(minutes: number): string {
  return new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(Date.now() + minutes * 60_000).replace(" ", "T");
}

interface Planned {
  id: string;
  slug: string;
}

/** Plans a meeting by REST with this browser's sign-in: where the form is no part of the story. */
async function plan(visitor: Visitor, meeting: { title: string; start: string } & Record<string, unknown>): Promise<Planned> {
  const answer = await visitor.context.request.post(`${visitor.site.url}/api/v1/meetings`, {
    data: { timeZone: zone, duration: "PT1H", ...meeting },
    headers: { Origin: visitor.site.url },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { id, room } = (await answer.json()) as { id: string; room: { slug: string } };
  return { id, slug: room.slug };
}

test("who comes before the room opens reads the day and the time", async ({ welcome }) => {
  const [louise, guest] = [await welcome(), await welcome()];
  await louise.open();
  await louise.signIn("Louise Petit");
  const { slug } = await plan(louise, { title: "Audition", start: `${localIn(3 * 24 * 60).slice(0, 10)}T14:00:00`, access: { entry: "everyone" } });
  await guest.open(`/${slug}`);
  await expect(guest.page.getByText(anyOf(guest.words.prejoin.early.opens)).first()).toContainText("13:45");
  await expect(guest.page.getByText(guest.words.prejoin.early.lead)).toBeVisible();
});

test("a guest comes in by a personal link, another by the passcode, once it is right", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, zoe, luc] = [await welcome(), await welcome(), await welcome()];
  const { page, words } = jeanne;
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const { id, slug } = await plan(jeanne, {
    title: "Concertation", start: localIn(5), access: { entry: "everyone", passcode: "482913" }, invitees: [{ email: "zoe@example.org", name: "Zoé Blanc" }],
  });

  await test.step("the host makes the link on the page of the meeting", async () => {
    await jeanne.open(`/meetings/${id}`);
    await page.getByRole("button", { name: filled(words.planning.personalLinkOf, { name: "Zoé Blanc" }) }).click();
    await page.getByRole("dialog").getByRole("button", { name: words.planning.replaceLink }).click(); // their mail has one
    await page.getByRole("dialog", { name: words.planning.replaceLinkAsk }).getByRole("button", { name: words.planning.replaceLink }).click();
  });
  const link = await page.getByText(/#i=/).innerText();

  await test.step("with it nobody is asked for a passcode, and the name is proposed", async () => {
    await zoe.page.goto(link);
    await expect(zoe.page.getByRole("textbox", { name: zoe.words.prejoin.name })).toHaveValue("Zoé Blanc");
    await expect(zoe.page.getByLabel(zoe.words.prejoin.passcode)).toHaveCount(0);
    await zoe.join();
  });

  await test.step("without it a wrong passcode is told at its field, the right one lets in", async () => {
    luc.witness.allow(/status of 403/);
    await luc.open(`/${slug}`);
    await luc.page.getByRole("textbox", { name: luc.words.prejoin.name }).fill("Luc");
    await luc.page.getByLabel(luc.words.prejoin.passcode).fill("111111");
    await luc.page.getByRole("button", { name: luc.words.prejoin.join, exact: true }).click();
    await expect(luc.page.getByText(luc.words.errors["passcode-wrong"])).toBeVisible();
    await luc.page.getByLabel(luc.words.prejoin.passcode).fill("482913");
    await luc.join();
  });

  await test.step("the link is withdrawn, and leads in no more", async () => {
    zoe.witness.allow(/status of 403/);
    await page.getByRole("dialog").getByRole("button", { name: words.common.close, exact: true }).last().click();
    await page.getByRole("button", { name: filled(words.planning.personalLinkOf, { name: "Zoé Blanc" }) }).click();
    await page.getByRole("dialog").getByRole("button", { name: words.planning.revokeLink }).click();
    await page.getByRole("dialog", { name: words.planning.revokeLinkAsk }).getByRole("button", { name: words.planning.revokeLink }).click();
    await expect(page.getByRole("dialog").getByText(words.planning.revoked)).toBeVisible();
    await expect(zoe.call.controls).toHaveCount(0);
    await zoe.page.goto("about:blank");
    await zoe.page.goto(link);
    await expect(zoe.page.getByText(zoe.words.prejoin.linkUnknown)).toBeVisible();
  });
});

test("what else one has at the time is said before a meeting is saved", async ({ welcome }) => {
  const claire = await welcome();
  const { page, words } = claire;
  await claire.open();
  await claire.signIn("Claire Vasseur");
  const day = localIn(4 * 24 * 60).slice(0, 10);
  await plan(claire, { title: "Revue budgétaire", start: `${day}T10:00:00` });
  await claire.open("/meetings/new");
  await page.getByRole("textbox", { name: words.planning.title }).fill("Entretien");
  await page.getByLabel(words.planning.date, { exact: true }).fill(day);
  await page.getByLabel(words.planning.time, { exact: true }).fill("10:30");
  await page.getByRole("button", { name: words.planning.plan }).click();
  await expect(page.getByText(filled(words.planning.clash, { title: "Revue budgétaire", time: "10:00 – 11:00" }))).toBeVisible();
  await page.getByRole("button", { name: words.planning.planAnyway }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Entretien" })).toBeVisible();
});

test("a meeting in one's own room, with reminders and a deputy, is changed by the deputy", async ({ welcome }) => {
  const [jeanne, amine] = [await welcome(), await welcome()];
  const { page, words } = jeanne;
  await amine.open();
  await amine.signIn("Amine Kader");
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Salle du cabinet" });
  await jeanne.open("/meetings/new");
  await page.getByRole("textbox", { name: words.planning.title }).fill("Point cabinet");
  await page.getByLabel(words.planning.date, { exact: true }).fill(localIn(5 * 24 * 60).slice(0, 10));

  await test.step("a room that is not named is asked for, where it stands", async () => {
    await page.getByText(words.planning.more, { exact: true }).click();
    await page.getByRole("radio", { name: words.planning.modes.existing }).check();
    await page.getByRole("button", { name: words.planning.plan }).click();
    await expect(page.getByText(words.planning.wrong.room)).toBeVisible();
    await expect(page.getByRole("combobox", { name: words.planning.whichRoom })).toBeFocused();
  });

  await test.step("what was chosen stands on the page of the meeting", async () => {
    await page.getByRole("combobox", { name: words.planning.whichRoom }).selectOption("Salle du cabinet");
    await page.getByRole("checkbox", { name: /1 day/ }).check();
    await page.getByRole("combobox", { name: words.planning.deputyWho, exact: true }).fill("kad");
    await page.getByRole("option", { name: /Amine Kader/ }).click();
    await page.getByRole("button", { name: words.planning.plan }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Point cabinet" })).toBeVisible();
    await expect(page.getByText(words.planning.modes.existing)).toBeVisible();
    await expect(page.getByText("1 day before")).toBeVisible();
    await expect(page.getByText("Amine Kader")).toBeVisible();
    await expect(page.getByText(room.slug)).toBeVisible();
  });

  await test.step("the deputy changes it", async () => {
    await amine.open(new URL(page.url()).pathname);
    await amine.page.getByRole("link", { name: words.planning.edit, exact: true }).click();
    await amine.page.getByRole("textbox", { name: words.planning.title }).fill("Point du cabinet");
    await amine.page.getByRole("button", { name: words.common.save }).click();
    await expect(amine.page.getByRole("heading", { level: 1, name: "Point du cabinet" })).toBeVisible();
  });

  await test.step("a calendar gets it as a file", async () => {
    const file = amine.page.waitForEvent("download");
    await amine.page.getByRole("link", { name: words.planning.calendarFile }).click();
    expect((await file).suggestedFilename()).toMatch(/\.ics$/);
  });
});

test("of a meeting that is over one finds who was there", async ({ welcome }) => {
  test.setTimeout(120_000);
  const samira = await welcome();
  const { page, words } = samira;
  await samira.open();
  await samira.signIn("Samira Dufour");
  // Yesterday's date is over, and its room still open.
  const meeting = await plan(samira, { title: "Permanence", start: localIn(-23 * 60), recurrence: { rules: ["FREQ=DAILY;COUNT=2"] }, access: { closesAfter: "PT24H" } });
  await samira.open(`/${meeting.slug}`);
  await samira.join();
  await samira.call.control("leave").click();
  await samira.open();
  await page.getByRole("link", { name: words.home.allMeetings }).click();
  await page.getByRole("link", { name: words.planning.parts.past, exact: true }).click();
  await page.getByRole("button", { name: anyOf(words.planning.attendanceOf) }).click();
  await expect(page.getByRole("heading", { level: 1, name: words.history.attendance })).toBeVisible();
  await expect(page.getByRole("main").getByText("Samira Dufour").first()).toBeVisible();
});

test("the secret address of the agenda is read without a sign-in, until it ends", async ({ welcome, request }) => {
  const louise = await welcome();
  const { page, words } = louise;
  await louise.open();
  await louise.signIn("Louise Petit");
  await plan(louise, { title: "Séminaire", start: `${localIn(6 * 24 * 60).slice(0, 10)}T09:00:00` });
  await louise.open("/meetings");
  await page.getByRole("button", { name: words.planning.calendarMake }).click();
  const address = await page.getByText(/\.ics$/).innerText();
  expect(await (await request.get(address)).text()).toContain("Séminaire");
  await page.getByRole("button", { name: words.planning.calendarEnd }).click();
  await page.getByRole("dialog").getByRole("button", { name: words.planning.calendarEnd }).click();
  await expect(page.getByText(words.planning.calendarEnded)).toBeVisible();
  expect((await request.get(address)).status()).toBe(404);
});
