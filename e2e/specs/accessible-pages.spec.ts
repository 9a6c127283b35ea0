import { refuseDevices } from "../support/media.ts";
import { expectAllAccessible, languages } from "../support/states.ts";
import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";

// Each state is judged on four screens: see support/axe.ts.
test.describe.configure({ timeout: 240_000 });

const heading = ({ page }: Visitor, name: string) => expect(page.getByRole("heading", { name })).toBeVisible();
const text = ({ page }: Visitor, what: string | RegExp) => expect(page.getByText(what).first()).toBeVisible();

for (const language of languages) {
  const spoken = language.locale.slice(0, 2);

  test(`pages for somebody who is not signed in are accessible (${spoken})`, async ({ welcome }) => {
    const somebody = await welcome(language);
    const owner = await welcome(language);
    const { page, words } = somebody;
    somebody.witness.allow(/status of 40[14]/, /Failed to load resource: net::ERR_FAILED/, /Unable to preload CSS/);
    await owner.open();
    await owner.signIn("Claire Vasseur");
    const room = await owner.makeRoom({ name: "Comité" });
    await owner.changeRoom(room, "PATCH", { minAssurance: "agent" }); // nobody waits in vain

    await expectAllAccessible(somebody, [
      ["home", async () => {
        await somebody.open();
        await expect(page.locator("html")).toHaveAttribute("lang", spoken);
        await heading(somebody, words.home.helloAnonymous);
      }],
      ["home, a code refused", async () => {
        await page.getByRole("button", { name: words.home.join, exact: true }).click();
        await text(somebody, words.home.codeEmpty);
      }],
      ["choice of a person of the demonstration", async () => {
        await somebody.open("/auth/login");
        await expect(page.getByRole("button", { name: "Claire Vasseur" })).toBeVisible();
      }],
      ["choice of a provider", () => somebody.open("/sign-in").then(() => heading(somebody, words.common.signInTitle))],
      ["signed out", () => somebody.open("/signed-out").then(() => heading(somebody, words.common.signedOutTitle))],
      ["no such page", () => somebody.open("/no/such/page").then(() => heading(somebody, words.common.notFoundTitle))],
      ["no such room", () => somebody.open("/zzz-zzzz-zzz").then(() => text(somebody, words.errors["room-not-found"]))],
      ["a room that asks for a sign-in", () => somebody.open(`/${room.slug}`).then(() => heading(somebody, words.prejoin.signInTitle))],
      ["settings that ask for a sign-in", () => somebody.open(`/rooms/${room.slug}`).then(() => text(somebody, words.errors["sign-in-required"]))],
      ["account that asks for a sign-in", () => somebody.open("/account").then(() => text(somebody, words.account.needSignIn))],
      ["a new version is online", async () => {
        await somebody.open();
        await heading(somebody, words.home.helloAnonymous);
        await page.route(/\/assets\/signin-/, (route) => route.abort());
        await somebody.open("/sign-in");
        await heading(somebody, words.common.updatedTitle);
      }],
    ]);
  });

  test(`pages for somebody who is signed in are accessible (${spoken})`, async ({ welcome }) => {
    const claire = await welcome(language);
    const { page, words } = claire;
    claire.witness.allow(/status of (410|412|500)/);
    const dialog = page.getByRole("dialog");
    const name = page.getByRole("textbox", { name: words.room.name, exact: true });
    const save = page.getByRole("button", { name: words.common.save });
    await claire.open();
    await claire.signIn("Claire Vasseur");
    const room = await claire.makeRoom({ name: "Permanence numérique", entry: "public" });

    await expectAllAccessible(claire, [
      ["home with rooms", () => claire.open().then(() => text(claire, "Permanence numérique"))],
      ["the menu of the account", async () => {
        await page.getByRole("button", { name: /Claire Vasseur/ }).click();
        await expect(page.getByRole("menuitem", { name: words.common.signOut })).toBeVisible();
      }],
      ["home, rooms that cannot be read", async () => {
        await page.route("**/api/v1/rooms?*", (route) => route.fulfill({ status: 500 }));
        await claire.open();
        await text(claire, words.errors.internal);
        await page.unroute("**/api/v1/rooms?*");
      }],
      ["room settings", () => claire.open(`/rooms/${room.slug}`).then(() => expect(name).toBeVisible())],
      ["room settings, a field refused", async () => {
        await name.fill(" ");
        await save.click();
        await text(claire, words.room.nameWrong);
      }],
      ["room settings, changed by somebody else meanwhile", async () => {
        await claire.changeRoom(room, "PATCH", { description: "Les mardis" });
        await name.fill("Permanence du mardi");
        await save.click();
        await text(claire, words.room.conflictTitle);
      }],
      ["room settings, saved", async () => {
        await page.getByRole("button", { name: words.room.keepMine }).click();
        await text(claire, words.room.saved);
      }],
      ["archive a room?", async () => {
        await page.getByRole("button", { name: words.room.archive }).click();
        await expect(dialog).toBeVisible();
      }],
      ["settings of an archived room", async () => {
        await dialog.getByRole("button", { name: words.room.archive }).click();
        await text(claire, words.room.archivedTitle);
      }],
      ["an archived room", () => claire.open(`/${room.slug}`).then(() => text(claire, words.errors["room-archived"]))],
      ["account, signed in elsewhere too", async () => {
        const elsewhere = await welcome(language);
        await elsewhere.open();
        await elsewhere.signIn("Claire Vasseur");
        await claire.open("/account");
        await text(claire, words.account.current);
        await text(claire, words.account.revoke);
      }],
      ["sign out everywhere?", async () => {
        await page.getByRole("button", { name: words.account.everywhere }).click();
        await expect(dialog).toBeVisible();
      }],
    ]);
  });

  test(`somebody's first page and what is closed to them is accessible (${spoken})`, async ({ welcome }) => {
    const [claire, paul] = [await welcome(language), await welcome(language)];
    const { page, words } = paul;
    paul.witness.allow(/status of 40[34]/);
    await claire.open();
    await claire.signIn("Claire Vasseur");
    const room = await claire.makeRoom({ name: "Comité", entry: "restricted" });

    await paul.open();
    await paul.signIn("Paul Girard");
    await expectAllAccessible(paul, [
      ["home without a room", () => text(paul, words.home.roomsEmpty)],
      ["no archived room", async () => {
        await page.getByRole("button", { name: words.home.archivedRooms }).click();
        await text(paul, words.home.archivedEmpty);
      }],
      ["a room for others", () => paul.open(`/${room.slug}`).then(() => text(paul, words.lobby.knock))],
      ["settings of somebody else's room", () => paul.open(`/rooms/${room.slug}`).then(() => text(paul, words.errors.forbidden))],
    ]);
  });

  test(`the page before joining is accessible (${spoken})`, async ({ welcome }) => {
    const [claire, guest, without] = [await welcome(language), await welcome(language), await welcome(language)];
    const { words } = claire;
    const join = (visitor: Visitor) => visitor.page.getByRole("button", { name: words.prejoin.join, exact: true });
    claire.witness.allow(/status of 503/);
    await claire.open();
    await claire.signIn("Claire Vasseur");
    const room = await claire.makeRoom({ name: "Permanence numérique", entry: "public" });
    await refuseDevices(without.page);

    await expectAllAccessible(claire, [
      ["before joining", async () => {
        await claire.open(`/${room.slug}`);
        await expect(claire.page.getByLabel(words.prejoin.preview)).toBeVisible();
        await expect(join(claire)).toBeVisible();
      }],
      ["before joining, all turned off", async () => {
        await claire.page.getByRole("button", { name: words.prejoin.turnCameraOff }).click();
        await claire.page.getByRole("button", { name: words.prejoin.turnMicOff }).click();
        await text(claire, words.prejoin.cameraOff);
      }],
      ["before joining, meetings are interrupted", async () => {
        await claire.refuseAtDoor({ status: 503, code: "media-unavailable" });
        await join(claire).click();
        await text(claire, words.prejoin.unavailable);
      }],
    ]);
    await expectAllAccessible(guest, [
      ["before joining, as a guest", async () => {
        await guest.open(`/${room.slug}`);
        await expect(guest.page.getByRole("textbox", { name: words.prejoin.name })).toBeVisible();
      }],
      ["before joining, a guest without a name", () => join(guest).click().then(() => text(guest, words.prejoin.nameMissing))],
    ]);
    await expectAllAccessible(without, [
      ["before joining, devices refused", () => without.open(`/${room.slug}`).then(() => text(without, words.devices.help["refused-by-browser"]))],
    ]);
  });
}
