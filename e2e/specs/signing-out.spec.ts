import { expectMoving } from "../support/media.ts";
import { expect, test } from "../support/test.ts";

test("signing out everywhere ends the call in the other browser", async ({ welcome }) => {
  const [office, home, amine] = [await welcome(), await welcome(), await welcome()];
  await office.open();
  await office.signIn("Jeanne Morel");
  const room = await office.makeRoom({ name: "Astreinte" });
  await office.enter(room);
  await amine.open();
  await amine.signIn("Amine Kader");
  await amine.enter(room);
  await expectMoving(amine.call.video("Jeanne Morel"));

  await home.open();
  await home.signIn("Jeanne Morel");
  await home.open("/account");
  await home.page.getByRole("button", { name: home.words.account.everywhere }).click();
  await home.page.getByRole("dialog").getByRole("button", { name: home.words.account.everywhere }).click();

  await expect(office.page.getByRole("heading", { name: office.words.call["signed-out"] })).toBeVisible({ timeout: 15_000 });
  await expect(amine.call.tile("Jeanne Morel")).toHaveCount(0);
  office.witness.allow(/status of 4(01|03|22)/, /^WebSocket connection to /);
  await office.open();
  await expect(office.page.getByRole("link", { name: office.words.common.signIn }).first()).toBeVisible();
});

test("one session is closed from another browser", async ({ welcome }) => {
  const [office, home] = [await welcome(), await welcome()];
  for (const visitor of [office, home]) {
    await visitor.open();
    await visitor.signIn("Samira Dufour"); // no other test leaves a sign-in of hers open
  }
  await home.open("/account");
  const others = home.page.getByRole("main").getByRole("listitem").filter({ hasNotText: home.words.account.current });
  await expect(others).toHaveCount(1);
  await others.getByRole("button").click();
  await expect(others).toHaveCount(0);
  await office.open();
  await expect(office.page.getByRole("link", { name: office.words.common.signIn }).first()).toBeVisible();
});

test("signing out ends here and at the provider", async ({ welcome }) => {
  const paul = await welcome();
  paul.witness.allow(/status of 401 .*\/me\/events/); // a page that was still opening its stream when the sign-in ended
  await paul.open();
  await paul.signIn("Paul Girard");
  await paul.page.getByRole("button", { name: /Paul Girard/ }).click();
  await paul.page.getByRole("menuitem", { name: paul.words.common.signOut }).click();
  await expect(paul.page.getByRole("link", { name: paul.words.common.signIn }).first()).toBeVisible();
  // The provider asks again who it is: nobody is signed in there either.
  await paul.page.getByRole("link", { name: paul.words.common.signIn }).first().click();
  await expect(paul.page.getByRole("button", { name: "Paul Girard" })).toBeVisible();
});
