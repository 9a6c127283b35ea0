import { expectFocusNotBehind, expectFocusWithin, press, reach } from "../support/keyboard.ts";
import { expect, test } from "../support/test.ts";
import { filled } from "../support/words.ts";

test("a meeting from sign-in to leaving with the keyboard alone", async ({ welcome }) => {
  const jeanne = await welcome();
  const { page, words, call } = jeanne;
  await jeanne.open();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  await test.step("the first stop skips to the content", async () => {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: words.common.skip })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
  });

  await test.step("sign in", async () => {
    await press(page, page.getByRole("link", { name: words.common.signIn }).first());
    await press(page, page.getByRole("button", { name: "Jeanne Morel" }));
  });

  await test.step("start a meeting and go in", async () => {
    await press(page, page.getByRole("button", { name: words.home.start }));
    await press(page, page.getByRole("button", { name: words.prejoin.turnCameraOff }));
    await expect(page.getByRole("button", { name: words.prejoin.turnCameraOn })).toBeFocused();
    await press(page, page.getByRole("button", { name: words.prejoin.join, exact: true }));
    await call.expectIn();
  });

  await test.step("mute and unmute; the focus stays where it was", async () => {
    await press(page, call.control("micOff"));
    await expect(call.control("micOn")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(call.control("micOff")).toBeFocused();
  });

  await test.step("write a line; the chat takes the focus and gives it back", async () => {
    await press(page, call.chatButton);
    await expect(page.getByRole("textbox", { name: words.call.write })).toBeFocused();
    await page.keyboard.type("Sans souris");
    await page.keyboard.press("Enter");
    await call.expectLine("Sans souris");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("textbox", { name: words.call.write })).toHaveCount(0);
    await expect(call.chatButton).toBeFocused();
  });

  await test.step("see who is there; the panel gives the focus back", async () => {
    await press(page, call.peopleButton);
    const panel = page.getByRole("complementary", { name: words.call.peoplePanel });
    await expect(panel).toBeVisible();
    await expectFocusWithin(panel);
    await page.keyboard.press("Escape");
    await expect(call.peopleButton).toBeFocused();
  });

  await test.step("react from the menu; the menu gives the focus back", async () => {
    await press(page, call.control("react"));
    await expect(page.getByRole("menuitem").first()).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect(call.reactions).toContainText("Jeanne Morel");
    await page.keyboard.press("Escape");
    await expect(call.control("react")).toBeFocused();
  });

  await test.step("raise a hand", async () => {
    await press(page, call.control("handRaise"));
    await expect(call.control("handLower")).toBeFocused();
  });

  await test.step("choose devices in a dialog, which gives the focus back", async () => {
    await press(page, call.control("more"));
    await press(page, page.getByRole("menuitem", { name: words.call.devices }));
    const dialog = page.getByRole("dialog", { name: words.call.devices });
    await expect(dialog).toBeVisible();
    await expectFocusWithin(dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(call.control("more")).toBeFocused();
  });

  await test.step("read the shortcuts in a dialog, which gives the focus back", async () => {
    await press(page, call.control("more"));
    await press(page, page.getByRole("menuitem", { name: words.call.shortcuts }));
    const dialog = page.getByRole("dialog", { name: words.call.shortcuts });
    await expectFocusWithin(dialog);
    await press(page, dialog.getByRole("button", { name: words.common.close }));
    await expect(dialog).toHaveCount(0);
    await expect(call.control("more")).toBeFocused();
  });

  await test.step("share a screen and stop; the focus stays where it was", async () => {
    await press(page, call.control("screenOn"));
    await expect(page.getByText(words.call.yourScreen)).toBeVisible();
    await expect(call.control("screenOff")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByText(words.call.yourScreen)).toHaveCount(0);
    await expect(call.control("screenOn")).toBeFocused();
  });

  await test.step("leave, and come back", async () => {
    await press(page, call.control("leave"));
    await expect(page.getByRole("heading", { name: words.call.left })).toBeVisible();
    await reach(page, page.getByRole("button", { name: words.call.rejoin }));
    await page.keyboard.press("Enter");
    await press(page, page.getByRole("button", { name: words.prejoin.join, exact: true }));
    await call.expectIn();
  });
});

test("a room's settings, the language and the account with the keyboard alone", async ({ welcome }) => {
  const claire = await welcome();
  const { page, words } = claire;
  const dialog = page.getByRole("dialog");
  const main = page.getByRole("main");
  await claire.open();
  await claire.signIn("Claire Vasseur");
  await claire.makeRoom({ name: "Au clavier" });
  await claire.open();

  await test.step("open the settings of a room", async () => {
    await press(page, page.getByRole("link", { name: filled(words.home.settingsOf, { name: "Au clavier" }) }));
    await expect(main).toBeFocused();
  });

  await test.step("archive? the dialog takes the focus, keeps it, and gives it back to who thinks better of it", async () => {
    const archive = main.getByRole("button", { name: words.room.archive });
    await press(page, archive);
    await expectFocusWithin(dialog);
    for (let tabs = 0; tabs < 4; tabs++) {
      await page.keyboard.press("Tab");
      await expectFocusNotBehind(dialog);
    }
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(archive).toBeFocused();
    await page.keyboard.press("Enter");
    await press(page, dialog.getByRole("button", { name: words.common.cancel }));
    await expect(archive).toBeFocused();
  });

  await test.step("archive, and restore; the focus is in the page that has changed", async () => {
    await press(page, main.getByRole("button", { name: words.room.archive }));
    await press(page, dialog.getByRole("button", { name: words.room.archive }));
    await expect(page.getByText(words.room.archivedTitle)).toBeVisible();
    await expect(dialog).toHaveCount(0);
    await expectFocusWithin(main);
    await press(page, main.getByRole("button", { name: words.room.restore }));
    await expect(page.getByText(words.room.archivedTitle)).toHaveCount(0);
    await expectFocusWithin(main);
  });

  await test.step("change the language; the focus stays on its button", async () => {
    const french = page.getByRole("button", { name: "Français", exact: true });
    const english = page.getByRole("button", { name: "English", exact: true });
    await press(page, french);
    await expect(page.locator("html")).toHaveAttribute("lang", "fr");
    await expect(english).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(french).toBeFocused();
  });

  await test.step("to the account, from its menu", async () => {
    const menu = page.getByRole("button", { name: filled(words.common.accountOf, { name: "Claire Vasseur" }) });
    await press(page, menu);
    await expect(page.getByRole("menuitem").first()).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(menu).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: words.account.title, level: 1 })).toBeVisible();
    await expect(main).toBeFocused();
  });

  await test.step("sign out everywhere? the dialog takes the focus and gives it back; then out", async () => {
    const everywhere = main.getByRole("button", { name: words.account.everywhere });
    await press(page, everywhere);
    await expectFocusWithin(dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(everywhere).toBeFocused();
    await page.keyboard.press("Enter");
    await press(page, dialog.getByRole("button", { name: words.account.everywhere }));
    await expect(page.getByRole("heading", { name: words.common.signedOutTitle })).toBeVisible();
  });
});
