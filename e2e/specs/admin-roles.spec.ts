import { expect, holders, others, roles, sections, test, type Role } from "../support/console.ts";
import type { Visitor } from "../support/visitor.ts";

const fr = { locale: "fr-FR" } as const;
const sectionLinks = ({ page, words }: Visitor) => page.getByRole("navigation", { name: words.admin.sections }).getByRole("link");
const button = ({ page }: Visitor, name: string | RegExp) => page.getByRole("button", { name });

test("who administers nothing sees no console, nor a way to one", async ({ welcome, administered }) => {
  const louise = await welcome({ ...fr, at: administered });
  const { page, words } = louise;
  await louise.open("/admin");
  await expect(page.getByText(words.admin.needSignIn)).toBeVisible();
  await louise.open();
  await louise.signIn(others[0]);
  await page.getByRole("button", { name: new RegExp(others[0]) }).click();
  await expect(page.getByRole("menuitem", { name: words.common.signOut })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: words.common.administration })).toHaveCount(0);
  for (const path of ["", ...sections.map((one) => `/${one.path}`)]) {
    await louise.open(`/admin${path}`);
    await expect(page.getByRole("heading", { name: words.admin.notYours })).toBeVisible();
    await expect(sectionLinks(louise)).toHaveCount(0);
  }
});

for (const role of roles) {
  const seen = sections.filter(({ seenBy }) => seenBy.includes(role));

  test(`${role} sees the sections of the role and no other`, async ({ welcome, administered }) => {
    const somebody = await welcome({ ...fr, at: administered });
    const { page, words } = somebody;
    await somebody.open();
    await somebody.signIn(holders[role]);
    await page.getByRole("button", { name: new RegExp(holders[role]) }).click();
    await page.getByRole("menuitem", { name: words.common.administration }).click();
    const first = `${administered.url}/admin/${seen[0]?.path ?? ""}`;
    await expect(page).toHaveURL(first);
    await expect(sectionLinks(somebody)).toHaveText(seen.map(({ name }) => name(words)));
    for (const { path } of sections.filter((one) => !seen.includes(one))) {
      await somebody.open(`/admin/${path}`);
      await expect(page).toHaveURL(first);
    }
  });
}

/** What nobody is offered who only reads, by the page that offers it to others. */
const readers: readonly Role[] = ["auditor", "support"];

for (const role of readers) {
  test(`${role} reads, and is offered nothing to change`, async ({ welcome, administered }) => {
    const reader = await welcome({ ...fr, at: administered });
    const { page, words } = reader;
    const { admin } = words;
    const interior = administered.who(holders["org-admin"]);
    await reader.open();
    await reader.signIn(holders[role]);

    await reader.open("/admin/organizations");
    await expect(page.getByRole("link", { name: interior.organization.name })).toBeVisible();
    await expect(page.getByRole("link", { name: admin.organizations.new })).toHaveCount(0);
    await reader.open(`/admin/organizations/${interior.organization.id}`);
    await expect(page.getByRole("heading", { name: admin.organizations.partNames.facts })).toBeVisible();
    await expect(button(reader, words.common.save)).toHaveCount(0);
    await reader.open(`/admin/organizations/${interior.organization.id}/administrators`);
    await expect(page.getByRole("link", { name: holders["org-admin"] })).toBeVisible();
    await expect(page.getByLabel(admin.appointments.who)).toHaveCount(0);
    await expect(button(reader, new RegExp(admin.appointments.take))).toHaveCount(0);

    await reader.open("/admin/people");
    await expect(page.getByRole("link", { name: holders["org-admin"] })).toBeVisible();
    await expect(button(reader, new RegExp(admin.people.close))).toHaveCount(0);
    await reader.open(`/admin/people/${interior.id}`);
    await expect(page.getByRole("heading", { name: holders["org-admin"] })).toBeVisible();
    await expect(page.getByRole("heading", { name: admin.people.account })).toHaveCount(0);

    await reader.open(`/admin/policies/${interior.organization.id}`);
    await expect(page.getByText(words.policy.settings.entry).first()).toBeVisible();
    await expect(button(reader, new RegExp(`^${admin.policies.decide}`))).toHaveCount(0);
  });
}

test("who administers one organization sees neither another one nor its people, and changes no rule of sign-in", async ({ welcome, administered }) => {
  const jeanne = await welcome({ ...fr, at: administered });
  const { page, words } = jeanne;
  jeanne.witness.allow(/status of 404/);
  const own = administered.who(holders["org-admin"]);
  const abroad = administered.who(others[0]);
  await jeanne.open();
  await jeanne.signIn(holders["org-admin"]);

  await jeanne.open("/admin/organizations");
  await expect(page.getByRole("link", { name: own.organization.name })).toBeVisible();
  await expect(page.getByRole("link", { name: abroad.organization.name })).toHaveCount(0);
  await jeanne.open(`/admin/organizations/${abroad.organization.id}`);
  await expect(page.getByText(words.errors["organization-not-found"])).toBeVisible();
  await jeanne.open(`/admin/people/${abroad.id}`);
  await expect(page.getByText(words.errors["person-not-found"])).toBeVisible();
  await jeanne.open("/admin/people");
  await expect(page.getByRole("link", { name: holders.support })).toBeVisible();
  await expect(page.getByRole("link", { name: others[0] })).toHaveCount(0);

  await jeanne.open(`/admin/organizations/${own.organization.id}/rules`);
  await expect(page.getByText(words.admin.organizations.ruleMeans.siret)).toBeVisible();
  await expect(button(jeanne, words.admin.organizations.takeRule)).toHaveCount(0);
  for (const part of ["retention", "register"] as const) {
    await jeanne.open(`/admin/privacy/${part}`);
    await expect(page.getByRole("heading", { name: words.admin.privacy.parts.people })).toBeVisible();
  }
});
