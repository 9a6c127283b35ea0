import { expectAccessible, expectNoSidewaysScroll } from "../support/axe.ts";
import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";

const screens = [
  { name: "wide and light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "390 px and dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
] as const;

for (const locale of ["en-GB", "fr-FR"]) {
  for (const { name, ...screen } of screens) {
    const check = async (visitor: Visitor, state: string) => {
      await expectAccessible(visitor.page, `${state}, ${locale}, ${name}`);
      await expectNoSidewaysScroll(visitor.page, `${state}, ${locale}, ${name}`);
    };

    test(`pages outside a call are accessible: ${locale}, ${name}`, async ({ welcome }) => {
      const claire = await welcome({ locale, ...screen });
      const { page, words } = claire;
      claire.witness.allow(/status of 404/);

      await claire.open();
      await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
      await expect(page.getByRole("heading", { name: words.home.helloAnonymous })).toBeVisible();
      await check(claire, "home, signed out");
      await page.getByRole("button", { name: words.home.join, exact: true }).click();
      await expect(page.getByText(words.home.codeEmpty)).toBeVisible();
      await check(claire, "home, a field refused");
      await claire.open("/sign-in");
      await expect(page.getByRole("heading", { name: words.common.signInTitle })).toBeVisible();
      await check(claire, "choice of a provider");
      await claire.open("/signed-out");
      await expect(page.getByRole("heading", { name: words.common.signedOutTitle })).toBeVisible();
      await check(claire, "signed out");
      await claire.open("/no/such/page");
      await expect(page.getByRole("heading", { name: words.common.notFoundTitle })).toBeVisible();
      await check(claire, "no such page");
      await claire.open("/zzz-zzzz-zzz");
      await expect(page.getByText(words.errors["room-not-found"])).toBeVisible();
      await check(claire, "no such room");

      await claire.open();
      await claire.signIn("Claire Vasseur");
      await expect(page.getByRole("region", { name: words.home.rooms })).toHaveAttribute("aria-busy", "false");
      await check(claire, "home, first time");
      const room = await claire.makeRoom({ name: "Permanence numérique", entry: "public" });
      await claire.open();
      await expect(page.getByText("Permanence numérique").first()).toBeVisible();
      await check(claire, "home with rooms");
      await claire.open(`/rooms/${room.slug}`);
      await expect(page.getByRole("textbox", { name: words.room.name, exact: true })).toBeVisible();
      await check(claire, "room settings");
      await page.getByRole("button", { name: words.room.archive }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(claire, "archive a room?");
      await claire.open("/account");
      await expect(page.getByText(words.account.current).first()).toBeVisible();
      await check(claire, "account");
      await claire.open(`/${room.slug}`);
      await expect(page.getByRole("button", { name: words.prejoin.join, exact: true })).toBeVisible();
      await check(claire, "before joining");

      const guest = await welcome({ locale, ...screen });
      await guest.open(`/${room.slug}`);
      await expect(guest.page.getByRole("textbox", { name: words.prejoin.name })).toBeVisible();
      await check(guest, "before joining, as a guest");
    });

    test(`the call is accessible: ${locale}, ${name}`, async ({ welcome }) => {
      const [claire, guest] = [await welcome({ locale, ...screen }), await welcome({ locale, ...screen })];
      const { page, words, call } = claire;
      await claire.open();
      await claire.signIn("Claire Vasseur");
      const room = await claire.makeRoom({ name: "Permanence numérique", entry: "public" });
      await claire.enter(room);
      await expect(page.getByText(words.call.alone)).toBeVisible();
      await check(claire, "alone in a call");
      await guest.enter(room, "Nadia Benali");
      await expect(call.tile("Nadia Benali")).toBeVisible();
      await check(claire, "a call of two");

      await claire.pressControl("chat");
      await expect(page.getByRole("textbox", { name: words.call.write })).toBeVisible();
      await check(claire, "chat, empty");
      await call.say("Bonjour");
      await call.expectLine("Bonjour");
      await check(claire, "chat with a line");
      await page.keyboard.press("Escape");
      await claire.pressControl("peoplePanel");
      await expect(page.getByRole("complementary", { name: words.call.peoplePanel })).toBeVisible();
      await check(claire, "people");
      await page.keyboard.press("Escape");
      await claire.pressControl("react");
      await expect(page.getByRole("menuitem", { name: words.call.reactions.clap })).toBeVisible();
      await check(claire, "reactions");
      await page.keyboard.press("Escape");
      await call.control("leave").click();
      await expect(page.getByRole("heading", { name: words.call.left })).toBeVisible();
      await check(claire, "after leaving");
    });
  }
}
