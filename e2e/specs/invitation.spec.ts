import { expectAllAccessible, languages } from "../support/states.ts";
import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";
import { filled } from "../support/words.ts";

interface Planned {
  id: string;
  invitees: { id: string; email?: string }[];
}

const guest = "zoe.martin@ailleurs.example";

/** Local time in Paris, so many minutes from now. */
function localIn(minutes: number): string {
  const moment = Date.now() + minutes * 60_000;
  return new Intl.DateTimeFormat("sv", { timeZone: "Europe/Paris", dateStyle: "short", timeStyle: "medium" }).format(moment).replace(" ", "T");
}

/** Plans by REST: how one plans on the page is told elsewhere. */
async function plan(host: Visitor, meeting: object): Promise<Planned> {
  const answer = await host.context.request.post(`${host.site.url}/api/v1/meetings`, {
    data: { timeZone: "Europe/Paris", duration: "PT1H", invitees: [{ email: guest, name: "Zoé Martin" }], ...meeting },
    headers: { Origin: host.site.url },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return answer.json();
}

/** The guest's invitation, as their mail has it. */
async function invitationOf(host: Visitor, { id, invitees }: Planned): Promise<string> {
  const invitee = invitees.find(({ email }) => email === guest)?.id ?? "";
  const answer = await host.context.request.post(`${host.site.url}/api/v1/meetings/${id}/invitees/${invitee}/links`, {
    headers: { Origin: host.site.url },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { url } = (await answer.json()) as { url: string };
  return `/invitation#i=${url.split("#i=")[1] ?? ""}`;
}

async function revoke(host: Visitor, { id, invitees }: Planned): Promise<void> {
  const invitee = invitees.find(({ email }) => email === guest)?.id ?? "";
  const answer = await host.context.request.delete(`${host.site.url}/api/v1/meetings/${id}/invitees/${invitee}/links`, {
    headers: { Origin: host.site.url },
  });
  expect(answer.status(), await answer.text()).toBe(204);
}

const weekly = { recurrence: { rules: ["FREQ=WEEKLY;COUNT=7"] } };

test("a guest without an account answers no on the page, and the host sees it in the list", async ({ welcome }) => {
  const [jeanne, zoe] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const meeting = await plan(jeanne, { title: "Comité de suivi", start: localIn(3 * 24 * 60), ...weekly });
  const link = await invitationOf(jeanne, meeting);
  const { page, words } = zoe;
  const row = jeanne.page.getByRole("region", { name: jeanne.words.planning.invitees }).getByRole("listitem").filter({ hasText: "Zoé Martin" });

  await test.step("the link opens a page, and answers nothing", async () => {
    await zoe.open(link);
    await expect(page.getByRole("heading", { level: 1, name: "Comité de suivi" })).toBeVisible();
    expect(page.url()).not.toContain("#i=");
    await jeanne.open(`/meetings/${meeting.id}`);
    await expect(row).toContainText(words.invitation.answers["needs-action"]);
  });

  await test.step("no, with a word for the host", async () => {
    await page.getByLabel(words.invitation.comment).fill("Je suis en congé.");
    await page.getByRole("button", { name: words.invitation.decline, exact: true }).click();
    await expect(page.getByText(words.invitation.noted.declined)).toBeVisible();
    await expect(row, "the open page of the host").toContainText(words.invitation.answers.declined, { timeout: 6000 });
    await expect(row).toContainText("Je suis en congé.");
  });

  await test.step("they change their mind about one date, by keyboard alone", async () => {
    await page.getByLabel(words.invitation.about).selectOption({ index: 2 });
    await page.getByLabel(words.invitation.comment).press("Tab");
    await expect(page.getByRole("button", { name: words.invitation.accept, exact: true })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: words.invitation.accept, exact: true })).toHaveAttribute("aria-pressed", "true");
    await jeanne.page.reload();
    await expect(row).toContainText(jeanne.words.invitation.answers.accepted);
  });

  await test.step("a link that was taken back says so", async () => {
    zoe.witness.allow(/status of 410/);
    await revoke(jeanne, meeting);
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: words.invitation.revokedTitle })).toBeVisible();
  });
});

test("somebody with an account answers on the meeting's own page, and their agenda says so", async ({ welcome }) => {
  const [jeanne, amine] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  await amine.open();
  await amine.signIn("Amine Kader");
  const me = (await (await amine.context.request.get(`${amine.site.url}/api/v1/me`)).json()) as { person: { id: string } };
  const { id } = await plan(jeanne, { title: "Revue de budget", start: localIn(2 * 24 * 60), invitees: [{ user: me.person.id }] });
  await amine.open(`/meetings/${id}`);
  await amine.page.getByRole("button", { name: amine.words.invitation.decline, exact: true }).click();
  await expect(amine.page.getByText(amine.words.invitation.noted.declined)).toBeVisible();
  await amine.open();
  await expect(amine.page.getByRole("listitem").filter({ has: amine.page.getByRole("link", { name: "Revue de budget" }) })).toContainText(amine.words.home.myAnswer.declined);
  await jeanne.open(`/meetings/${id}`);
  await expect(jeanne.page.getByRole("region", { name: jeanne.words.planning.invitees }).getByRole("listitem")).toContainText(jeanne.words.invitation.answers.declined);
});

test("of a long series a later date is chosen by keyboard, once one has asked for it", async ({ welcome }) => {
  const [jeanne, zoe] = [await welcome(), await welcome()];
  const { page, words } = zoe;
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  await zoe.open(await invitationOf(jeanne, await plan(jeanne, { title: "Suivi", start: localIn(3 * 24 * 60), recurrence: { rules: ["FREQ=WEEKLY;COUNT=20"] } })));
  const list = page.getByLabel(words.invitation.about);
  await expect(list.locator("option")).toHaveCount(13);
  await list.focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: filled(words.invitation.laterDates_other, { count: 8 }) })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(list).toBeFocused();
  await expect(list.locator("option")).toHaveCount(21);
});

test("from the invitation one goes in while the room is open", async ({ welcome }) => {
  const [jeanne, zoe] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const meeting = await plan(jeanne, { title: "Point du jour", start: localIn(5) });
  await zoe.open(await invitationOf(jeanne, meeting));
  await zoe.page.getByRole("link", { name: zoe.words.invitation.join }).click();
  await expect(zoe.page.getByRole("button", { name: zoe.words.prejoin.join, exact: true })).toBeVisible();
});

for (const language of languages) {
  test(`an invitation is accessible (${language.locale})`, async ({ welcome }) => {
    test.setTimeout(180_000);
    const [samira, zoe] = [await welcome(), await welcome(language)];
    const { page, words } = zoe;
    await samira.open();
    await samira.signIn("Samira Dufour");
    const meeting = await plan(samira, { title: "Comité de suivi", description: "Ordre du jour :\n1. Budget", start: localIn(2 * 24 * 60), ...weekly });
    const link = await invitationOf(samira, meeting);
    const seen = (text: string) => expect(page.getByText(text).first()).toBeVisible();
    zoe.witness.allow(/status of (403|410)/);
    await expectAllAccessible(zoe, [
      ["an invitation", () => zoe.open(link).then(() => seen(words.invitation.title))],
      ["an answer", async () => {
        await page.getByRole("button", { name: words.invitation.maybe, exact: true }).click();
        await seen(words.invitation.noted.tentative);
      }],
      ["an answer to one date", async () => {
        await page.getByLabel(words.invitation.about).selectOption({ index: 1 });
        await page.getByRole("button", { name: words.invitation.decline, exact: true }).click();
        await seen(words.invitation.noted.declined);
      }],
      ["all dates", async () => {
        await page.getByRole("button", { name: filled(words.invitation.allDates_other, { count: 7 }) }).click();
        await expect(page.getByRole("region", { name: words.invitation.dates }).getByRole("listitem")).toHaveCount(7);
      }],
      ["the answers as the host reads them", () => samira.open(`/meetings/${meeting.id}`)],
      ["a link that was taken back", async () => {
        await revoke(samira, meeting);
        await page.reload();
        await seen(words.invitation.revokedTitle);
      }],
      ["no invitation", () => zoe.open("/invitation#i=nonsense").then(() => page.reload()).then(() => seen(words.invitation.unknownTitle))],
    ]);
  });
}
