import { expect, holders, others, test } from "../support/console.ts";
import { filled } from "../support/words.ts";

const paul = holders["platform-admin"];
const [louise] = others;

test("who signed in an hour ago gives no role before the provider has asked anew who they are, and then does on the same page", async ({ welcome, administered }) => {
  const admin = await welcome({ locale: "fr-FR", at: administered });
  admin.witness.allow(/status of 403/);
  const { page, words } = admin;
  const { appointments } = words.admin;
  const where = `/admin/organizations/${administered.who(louise).organization.id}/administrators`;
  const give = async () => {
    await page.getByLabel(appointments.role, { exact: true }).selectOption("auditor");
    await page.getByLabel(appointments.who, { exact: true }).fill("Petit");
    await page.getByRole("listitem").getByRole("button", { name: new RegExp(`^${louise}`) }).click();
    await page.getByRole("dialog").getByRole("button", { name: appointments.give, exact: true }).click();
  };
  await admin.open();
  await admin.signInOfEarlier(paul);
  await admin.open(where);

  await give();
  const refusal = page.getByRole("dialog").getByRole("alert");
  await expect(refusal).toContainText(words.errors["elevation-required"]);
  await admin.open(where); // nothing was given
  await expect(page.getByLabel(appointments.role, { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: louise })).toHaveCount(0);

  await give();
  const asked = page.waitForRequest((request) => new URL(request.url()).searchParams.has("nonce"));
  await refusal.getByRole("link", { name: words.admin.elevate }).click();
  const parameters = new URL((await asked).url()).searchParams;
  expect(parameters.get("prompt")).toBe("login");
  expect(JSON.parse(parameters.get("claims") ?? "{}")).toEqual({ id_token: { acr: { essential: true, values: ["eidas2", "eidas3"] } } });
  await expect(page.getByRole("button", { name: "Samira Dufour" })).toBeVisible(); // the session of the provider does not answer by itself
  await expect(page.getByRole("checkbox")).toHaveCount(0); // nor may one of earlier
  await admin.choose(paul);

  await expect(page).toHaveURL(administered.url + where);
  await give();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("link", { name: louise })).toBeVisible();

  const take = filled(appointments.takeOf, { role: words.admin.roles.auditor, name: louise }); // others rely on it that she holds none
  await page.getByRole("button", { name: take, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: appointments.take, exact: true }).click();
  await expect(page.getByRole("link", { name: louise })).toHaveCount(0);
});

test("a second factor is missing: the provider says no, and who asked stays who they are", async ({ welcome }) => {
  const samira = await welcome({ locale: "fr-FR" });
  samira.witness.allow(/status of 403/);
  await samira.open();
  await samira.signIn("Samira Dufour");
  await samira.open("/auth/login?elevate=1&returnTo=/rooms");
  await samira.choose("Samira Dufour");
  await expect(samira.page.getByText("access_denied")).toBeVisible();
  await samira.open();
  await expect(samira.page.getByRole("button", { name: /Samira Dufour/ }).first()).toBeVisible();
});
