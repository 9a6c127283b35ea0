import { expect, holders, others, test } from "../support/console.ts";
import type { DemoPerson, Visitor } from "../support/visitor.ts";
import { filled } from "../support/words.ts";

test.describe.configure({ timeout: 120_000 });

const fr = { locale: "fr-FR" } as const;
const paul = holders["platform-admin"];
const [louise] = others;

/** Presses a button of the page, and the same one of the dialog that asks whether it is meant. */
async function actAfterQuestion({ page }: Visitor, name: string, act: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: act, exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

/** Finds somebody in a field of the console, and chooses them. */
async function choose({ page }: Visitor, label: string, name: DemoPerson): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(name.split(" ")[1] ?? name);
  await page.getByRole("listitem").getByRole("button", { name: new RegExp(`^${name}`) }).click();
}

test("a code of the server makes an administrator, once, and who gives a role can take it away", async ({ welcome, administered }) => {
  const [newcomer, admin] = [await welcome({ ...fr, at: administered }), await welcome({ ...fr, at: administered })];
  newcomer.witness.allow(/status of 4\d\d/);
  const { page, words } = newcomer;
  const code = await administered.claimCode();
  const claim = async (text: string) => {
    await newcomer.open("/admin/claim");
    await page.getByLabel(words.admin.claim.code).fill(text);
    await page.getByRole("button", { name: words.admin.claim.confirm }).click();
  };
  await newcomer.open();
  await newcomer.signIn(louise);
  await claim("AAAAA-BBBBB-CCCCC-DDDDD");
  await expect(page.getByRole("alert")).toBeVisible();
  await claim(code);
  await expect(page.getByRole("heading", { name: words.admin.usage.name })).toBeVisible();

  const { admin: said } = words;
  await admin.open();
  await admin.signIn(paul);
  await admin.open("/admin/organizations/administrators");
  const takes = (role: "platform-admin" | "support") => filled(said.appointments.takeOf, { role: said.roles[role], name: louise });
  await actAfterQuestion(admin, takes("platform-admin"), said.appointments.take);
  await expect(admin.page.getByRole("link", { name: louise })).toHaveCount(0);
  await claim(code);
  await expect(page.getByRole("alert")).toBeVisible(); // it was good once
  await newcomer.open("/admin");
  await expect(page.getByRole("heading", { name: said.notYours })).toBeVisible();

  await admin.open(`/admin/organizations/${administered.who(louise).organization.id}/administrators`);
  await admin.page.getByLabel(said.appointments.role, { exact: true }).selectOption("support");
  await choose(admin, said.appointments.who, louise);
  await admin.page.getByRole("dialog").getByRole("button", { name: said.appointments.give, exact: true }).click();
  await expect(admin.page.getByRole("link", { name: louise })).toBeVisible();
  await newcomer.open("/admin/organizations");
  await expect(page.getByRole("link", { name: administered.who(louise).organization.name })).toBeVisible();
  await expect(page.getByRole("link", { name: administered.who(holders["org-admin"]).organization.name })).toHaveCount(0);
  await actAfterQuestion(admin, takes("support"), said.appointments.take);
  await newcomer.open("/admin/organizations");
  await expect(page.getByRole("heading", { name: said.notYours })).toBeVisible();
});

test("an organization is made below one's own, changed, and given units", async ({ welcome, administered }) => {
  const jeanne = await welcome({ ...fr, at: administered });
  const { page, words } = jeanne;
  const { organizations } = words.admin;
  const own = administered.who(holders["org-admin"]).organization.name;
  await jeanne.open();
  await jeanne.signIn(holders["org-admin"]);
  await jeanne.open("/admin/organizations");
  await page.getByRole("link", { name: organizations.new }).click();
  await page.getByLabel(organizations.nameField, { exact: true }).fill("Agence des données");
  const make = page.getByRole("button", { name: organizations.make });
  await expect(make).toBeDisabled();
  await page.getByLabel(organizations.search).fill(own.slice(0, 12));
  await page.getByRole("listitem").getByRole("button", { name: own }).click();
  await make.click();
  await expect(page.getByRole("heading", { name: "Agence des données" })).toBeVisible();
  await page.getByLabel(organizations.contact, { exact: true }).fill("contact@donnees.example");
  await page.getByRole("button", { name: words.common.save }).click();
  await expect(page.getByText(words.admin.saved)).toBeVisible();

  await page.getByRole("link", { name: organizations.partNames.units }).click();
  await expect(page.getByText(organizations.noUnits)).toBeVisible();
  await page.getByRole("button", { name: organizations.unit.add, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(organizations.unit.name).fill("Guichet");
  await dialog.getByRole("button", { name: organizations.unit.add, exact: true }).click();
  await expect(page.getByText("Guichet", { exact: true })).toBeVisible();
});

test("an account that is closed is signed out at once, and signs in again once it is opened", async ({ welcome, administered }) => {
  const [admin, closed] = [await welcome({ ...fr, at: administered }), await welcome({ ...fr, at: administered })];
  closed.witness.allow(/status of 40[13]/);
  const { words, page } = admin;
  await closed.open();
  await closed.signIn(louise);
  await admin.open();
  await admin.signIn(paul);
  await admin.open("/admin/people");
  await page.getByLabel(words.admin.people.search).fill("Petit");
  await page.getByRole("link", { name: louise }).click();
  await actAfterQuestion(admin, filled(words.admin.people.closeOf, { name: louise }), words.admin.people.close);
  await expect(page.getByText(words.admin.people.closed, { exact: true })).toBeVisible();
  await closed.open();
  await expect(closed.page.getByRole("heading", { name: words.home.helloAnonymous })).toBeVisible();
  await actAfterQuestion(admin, filled(words.admin.people.openOf, { name: louise }), words.admin.people.open);
  await expect(page.getByText(words.admin.people.closed, { exact: true })).toHaveCount(0);
  await closed.signIn(louise);
});

test("what an organization locks is said on the page of a room, with who locked it", async ({ welcome, administered }) => {
  const jeanne = await welcome({ ...fr, at: administered });
  const { page, words } = jeanne;
  const { organization } = administered.who(holders["org-admin"]);
  const name = words.policy.settings.entry;
  const locked = page.getByText(filled(words.policy.lockedBy, { who: organization.name }));
  await jeanne.open();
  await jeanne.signIn(holders["org-admin"]);
  const room = await jeanne.makeRoom({ name: "Comité de direction", entry: "public" });
  await jeanne.open(`/rooms/${room.slug}`);
  await expect(page.getByRole("textbox", { name: words.room.name, exact: true })).toBeVisible();
  await expect(locked).toHaveCount(0);

  await jeanne.open(`/admin/policies/${organization.id}`);
  const decide = page.getByRole("button", { name: filled(words.admin.policies.decideOf, { name }), exact: true });
  const row = page.getByRole("listitem", { name, exact: true });
  await decide.click();
  await row.getByLabel(words.admin.policies.value).selectOption("members");
  await row.getByLabel(words.admin.policies.lock).check();
  await row.getByRole("button", { name: words.common.save }).click();
  await expect(row.getByText(words.admin.policies.locked, { exact: true })).toBeVisible();
  await jeanne.open(`/rooms/${room.slug}`);
  await expect(locked.first()).toBeVisible();

  await jeanne.open("/admin/policies");
  await page.getByLabel(words.room.link, { exact: true }).fill(room.url);
  await page.getByRole("button", { name: words.admin.policies.explainDo }).click();
  await expect(page.getByText(filled(words.admin.policies.rules, { slug: room.slug }))).toBeVisible();
  await expect(locked.first()).toBeVisible();

  await jeanne.open(`/admin/policies/${organization.id}`);
  await decide.click();
  await row.getByRole("button", { name: words.admin.policies.takeBack }).click();
  await expect(decide).toBeVisible();
  await jeanne.open(`/rooms/${room.slug}`);
  await expect(page.getByRole("textbox", { name: words.room.name, exact: true })).toBeVisible();
  await expect(locked).toHaveCount(0);
});

test("the trail is searched by who acted, opened and downloaded", async ({ welcome, administered }) => {
  const claire = await welcome({ ...fr, at: administered });
  const { page, words } = claire;
  const { audit } = words.admin;
  await claire.open();
  await claire.signIn(holders.auditor);
  await claire.open("/admin/audit");
  await choose(claire, audit.who, paul);
  await page.getByLabel(audit.what, { exact: true }).selectOption("role.given");
  await page.getByRole("button", { name: audit.search, exact: true }).click();
  const found = page.getByRole("region", { name: audit.rows });
  const row = found.getByRole("button", { name: filled(audit.show, { act: audit.acts.role.given }) }).first();
  await row.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(`person:${administered.who(paul).id}`).first()).toBeVisible();
  await dialog.getByRole("button", { name: words.common.close }).click();
  await expect(page.getByRole("heading", { name: audit.seal.title })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: audit.file }).click();
  expect((await download).suggestedFilename()).toMatch(/\.jsonl$/);
});

test("a hold keeps somebody from erasure, whose data are copied, and who is erased once it has ended", async ({ welcome, administered }) => {
  const admin = await welcome({ ...fr, at: administered });
  const { page, words } = admin;
  const { privacy } = words.admin;
  const samira = administered.who("Samira Dufour");
  await admin.open();
  await admin.signIn(paul);

  await admin.open("/admin/privacy/holds");
  await page.getByRole("button", { name: privacy.holds.place, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await choose(admin, privacy.holds.who, "Samira Dufour");
  await dialog.getByLabel(privacy.holds.reason).fill("Contentieux 2026-114");
  await dialog.getByRole("button", { name: privacy.holds.place, exact: true }).click();
  await expect(page.getByText("Contentieux 2026-114")).toBeVisible();

  await admin.open(`/admin/privacy/people/${samira.id}`);
  await expect(page.getByText(privacy.erase.isHeld)).toBeVisible();
  await expect(page.getByRole("button", { name: privacy.erase.ask })).toHaveCount(0);
  const copy = page.waitForEvent("download");
  await page.getByRole("button", { name: privacy.person.copy }).click();
  expect((await copy).suggestedFilename()).toMatch(/\.zip$/);
  await expect(page.getByText(privacy.person.copied)).toBeVisible();

  await page.getByRole("link", { name: privacy.erase.seeHolds }).click();
  await page.getByRole("button", { name: new RegExp(`^${privacy.holds.release}`) }).click();
  await dialog.getByLabel(privacy.holds.reason).fill("Affaire close le 22");
  await dialog.getByRole("button", { name: privacy.holds.release, exact: true }).click();
  await expect(dialog).toHaveCount(0);

  await admin.open(`/admin/privacy/people/${samira.id}`);
  await page.getByRole("button", { name: privacy.erase.ask, exact: true }).click();
  await dialog.getByRole("button", { name: privacy.erase.sureYes, exact: true }).click();
  await expect(page.getByRole("button", { name: privacy.receipt.download })).toBeVisible({ timeout: 30_000 });
  const receipt = page.waitForEvent("download");
  await page.getByRole("button", { name: privacy.receipt.download }).click();
  expect((await receipt).suggestedFilename()).toMatch(/^receipt-.*\.json$/);
  await expect(page.getByText("Samira Dufour")).toHaveCount(0);
});

test("usage is counted without names, for the whole platform and for an organization", async ({ welcome, administered }) => {
  const [amine, jeanne] = [await welcome({ ...fr, at: administered }), await welcome({ ...fr, at: administered })];
  const { usage } = amine.words.admin;
  await amine.open();
  await amine.signIn(holders.support);
  await amine.open("/admin/usage");
  await expect(amine.page.getByRole("heading", { name: usage.everywhere })).toBeVisible();
  await amine.page.getByLabel(usage.period).selectOption("90");
  await expect(amine.page.getByText(usage.meaning.peak)).toBeVisible();
  await jeanne.open();
  await jeanne.signIn(holders["org-admin"]);
  await jeanne.open("/admin/usage");
  await expect(jeanne.page.getByRole("heading", { name: administered.who(holders["org-admin"]).organization.name })).toBeVisible();
});
