import { expect, test } from "../support/test.ts";
import { filled } from "../support/words.ts";

test("a room is renamed in its settings and found again under its new name", async ({ welcome }) => {
  const jeanne = await welcome();
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Point hebdo" });

  await jeanne.open(`/rooms/${room.slug}`);
  await jeanne.page.getByRole("textbox", { name: jeanne.words.room.name, exact: true }).fill("Point hebdomadaire 🗓️");
  await jeanne.page.getByRole("textbox", { name: jeanne.words.room.tags }).fill("équipe, budget");
  await jeanne.page.getByRole("button", { name: jeanne.words.common.save }).click();
  await expect(jeanne.page.getByText(jeanne.words.room.saved)).toBeVisible();

  await jeanne.open();
  await jeanne.page.getByRole("link", { name: "Point hebdomadaire 🗓️", exact: true }).click();
  await expect(jeanne.page).toHaveURL(room.url);
});

test("a room asks for a second factor in its settings, and who signed in without one is told so", async ({ welcome }) => {
  const [jeanne, samira] = [await welcome(), await welcome()];
  const { page, words } = jeanne;
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Crise" });
  await samira.open();
  await samira.signIn("Samira Dufour");
  await samira.open(`/${room.slug}`);
  await expect(samira.page.getByRole("button", { name: samira.words.prejoin.join, exact: true })).toBeVisible();

  await jeanne.open(`/rooms/${room.slug}`);
  const assurance = page.getByRole("combobox", { name: words.room.assurance });
  await expect(assurance).toHaveValue("unknown");
  await assurance.selectOption(words.room.assurances["agent-mfa"]);
  await page.getByRole("button", { name: words.common.save }).click();
  await expect(page.getByText(words.room.saved)).toBeVisible();
  await page.reload();
  await expect(assurance).toHaveValue("agent-mfa");

  await samira.open(`/${room.slug}`);
  await expect(samira.page.getByText(samira.words.errors["assurance-too-low"])).toBeVisible();
  await samira.signOutEverywhere();
  await jeanne.open(`/${room.slug}`);
  await expect(page.getByRole("button", { name: words.prejoin.join, exact: true })).toBeVisible();
});

test("two people change the same room: the second is told and keeps what was written", async ({ welcome }) => {
  const jeanne = await welcome();
  jeanne.witness.allow(/status of 412/);
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Budget" });

  const other = await jeanne.context.newPage();
  await other.goto(`${jeanne.site.url}/rooms/${room.slug}`);
  await jeanne.open(`/rooms/${room.slug}`);
  for (const [page, name] of [[other, "Budget 2027"], [jeanne.page, "Budget rectifié"]] as const) {
    await page.getByRole("textbox", { name: jeanne.words.room.name, exact: true }).fill(name);
    await page.getByRole("button", { name: jeanne.words.common.save }).click();
    if (page === other) await expect(page.getByText(jeanne.words.room.saved)).toBeVisible();
  }
  await expect(jeanne.page.getByText(jeanne.words.room.conflictTitle)).toBeVisible();
  await expect(jeanne.page.getByRole("textbox", { name: jeanne.words.room.name, exact: true })).toHaveValue("Budget rectifié");
  await jeanne.page.getByRole("button", { name: jeanne.words.room.keepMine }).click();
  await expect(jeanne.page.getByText(jeanne.words.room.saved)).toBeVisible();
});

test("a link to another site is not followed", async ({ welcome }) => {
  const guest = await welcome();
  await guest.open();
  await guest.page.getByRole("textbox", { name: guest.words.home.joinLabel }).fill("https://evil.example/abc-defg-hij");
  await guest.page.getByRole("button", { name: guest.words.home.join, exact: true }).click();
  await expect(guest.page.getByText(filled(guest.words.home.codeElsewhere, { host: "evil.example" }))).toBeVisible();
});
