import { press, reach } from "../support/keyboard.ts";
import { expect, test } from "../support/test.ts";

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
    await press(page, call.control("peoplePanel"));
    const panel = page.getByRole("complementary", { name: words.call.peoplePanel });
    await expect(panel).toBeVisible();
    expect(await panel.evaluate((p) => p.contains(document.activeElement)), "the focus is in the panel").toBe(true);
    await page.keyboard.press("Escape");
    await expect(call.control("peoplePanel")).toBeFocused();
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
    expect(await dialog.evaluate((d) => d.contains(document.activeElement)), "the focus is in the dialog").toBe(true);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(call.control("more")).toBeFocused();
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
