import type { Locator, Page } from "@playwright/test";

import { expectFocusNotBehind, expectFocusWithin, press, reach } from "../support/keyboard.ts";
import { expect, test } from "../support/test.ts";
import { anyOf, filled } from "../support/words.ts";

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

test("a host lets in, mutes, forbids, removes, locks and ends with the keyboard alone", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, samuel, lea] = [await welcome(), await welcome(), await welcome()];
  samuel.witness.allow(/status of 403/); // removed
  const { page, words, call } = jeanne;
  const { hosting, lobby } = words;
  const dialog = (name: string) => page.getByRole("dialog", { name });
  const panel = page.getByRole("complementary", { name: words.call.peoplePanel });
  const manage = panel.getByRole("button", { name: filled(hosting.manage, { name: "Samuel Ortiz" }) });
  const lock = panel.getByRole("button", { name: hosting.lockRoom });
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted" });
  await jeanne.enter(room);
  await samuel.enterLobby(room, "Samuel Ortiz");

  await test.step("let in from the notice; the focus is not lost with it", async () => {
    const toast = page.getByRole("group", { name: lobby.toast });
    await press(page, toast.getByRole("button", { name: filled(lobby.admitOne, { name: "Samuel Ortiz" }) }));
    await samuel.call.expectIn();
    await expect(toast.getByRole("button")).toHaveCount(0);
    await expectFocusWithin(page.getByRole("main"));
  });

  await test.step("a shortcut leads to who waits; refused there, the focus is at the head of the list", async () => {
    await lea.knock(room, "Léa Martin");
    await expect(call.peopleButton).toHaveAccessibleName(filled(lobby.peopleWaiting_one, { count: 1 }));
    await page.keyboard.press("Control+Shift+L");
    await expect(panel.getByRole("heading", { name: filled(lobby.heading_one, { count: 1 }) })).toBeFocused();
    await press(page, panel.getByRole("button", { name: filled(lobby.refuseOne, { name: "Léa Martin" }) }));
    await expect(panel.getByRole("button", { name: filled(lobby.refuseOne, { name: "Léa Martin" }) })).toHaveCount(0);
    await expectFocusWithin(panel);
  });

  await test.step("mute; the button goes, and the focus is beside where it was", async () => {
    await press(page, panel.getByRole("button", { name: filled(hosting.muteOne, { name: "Samuel Ortiz" }) }));
    await expect(samuel.call.control("micOn")).toBeVisible();
    await expect(panel.getByRole("button", { name: filled(hosting.muteOne, { name: "Samuel Ortiz" }) })).toHaveCount(0);
    await expect(manage).toBeFocused();
  });

  await test.step("forbid the microphone in a dialog, which gives the focus back", async () => {
    await page.keyboard.press("Enter");
    await expectFocusWithin(dialog(filled(hosting.manage, { name: "Samuel Ortiz" })));
    const microphone = page.getByRole("checkbox", { name: hosting.ability.microphone });
    await press(page, microphone, "Space");
    await expect(microphone).not.toBeChecked();
    await expect(microphone).toBeFocused();
    await expect(samuel.call.control("micOn")).toHaveAttribute("aria-disabled", "true");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(manage).toBeFocused();
  });

  await test.step("stop the camera in the dialog; the button goes and the focus stays in the dialog", async () => {
    await page.keyboard.press("Enter");
    const person = dialog(filled(hosting.manage, { name: "Samuel Ortiz" }));
    await press(page, person.getByRole("button", { name: hosting.stop.camera }));
    await expect(person.getByRole("button", { name: hosting.stop.camera })).toHaveCount(0);
    await expectFocusWithin(person);
  });

  await test.step("remove? no gives the focus back to the dialog before; yes closes both, and the focus is in the list", async () => {
    const person = dialog(filled(hosting.manage, { name: "Samuel Ortiz" }));
    const out = person.getByRole("button", { name: hosting.out.remove, exact: true });
    const asked = dialog(filled(hosting.outAsk.remove, { name: "Samuel Ortiz" }));
    await press(page, out);
    await expectFocusWithin(asked);
    await page.keyboard.press("Escape");
    await expect(asked).toHaveCount(0);
    await expect(out).toBeFocused();
    await page.keyboard.press("Enter");
    await press(page, asked.getByRole("button", { name: hosting.out.remove }));
    await expect(samuel.page.getByRole("heading", { name: words.call.removed })).toBeVisible();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expectFocusWithin(panel);
  });

  await test.step("what everybody may do, in a dialog that gives the focus back", async () => {
    const everyone = panel.getByRole("button", { name: hosting.everyone });
    await press(page, everyone);
    await expectFocusWithin(dialog(hosting.everyone));
    await press(page, page.getByRole("checkbox", { name: hosting.ability.chat }), "Space");
    await expect(page.getByRole("checkbox", { name: hosting.ability.chat })).not.toBeChecked();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(everyone).toBeFocused();
  });

  await test.step("access and limits, in a dialog that saves and gives the focus back", async () => {
    const access = panel.getByRole("button", { name: words.room.limits });
    await press(page, access);
    await expectFocusWithin(dialog(words.room.limits));
    await reach(page, page.getByRole("textbox", { name: words.room.maxMinutes }));
    await page.keyboard.type("45");
    await page.keyboard.press("Enter");
    await expect(page.getByText(words.room.saved)).toBeVisible();
    await expectFocusWithin(dialog(words.room.limits));
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(access).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("textbox", { name: words.room.maxMinutes })).toHaveValue("45");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  await test.step("lock and unlock; the focus stays on the button", async () => {
    await press(page, lock);
    await expect(panel.getByRole("button", { name: hosting.unlock })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(lock).toBeFocused();
  });

  await test.step("end? no gives the focus back; yes ends, and the focus is in what the page has become", async () => {
    const end = panel.getByRole("button", { name: hosting.end });
    await press(page, end);
    await expectFocusWithin(dialog(hosting.endAsk));
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(end).toBeFocused();
    await page.keyboard.press("Enter");
    await press(page, dialog(hosting.endAsk).getByRole("button", { name: hosting.end }));
    await expect(page.getByRole("heading", { name: words.call.ended })).toBeFocused();
  });
});

test("a weekly meeting is planned, one date moved and one cancelled, and its invitation answered, with the keyboard alone", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [claire, zoe] = [await welcome(), await welcome()];
  const { page, words } = claire;
  const { planning, members } = words;
  const main = page.getByRole("main");
  const dialog = page.getByRole("dialog");
  const dates = page.getByRole("region", { name: planning.dates });
  const rows = dates.getByRole("listitem").filter({ hasNotText: planning.cancelled });
  await claire.open();
  await claire.signIn("Claire Vasseur");

  await test.step("a form, where what repeats is chosen with the arrows", async () => {
    await press(page, main.getByRole("link", { name: words.home.plan }));
    await expect(main).toBeFocused();
    await reach(page, page.getByRole("textbox", { name: planning.title }));
    await page.keyboard.type("Comité au clavier");
    await choose(page, page.getByRole("combobox", { name: planning.repeats }), "weekly");
    await choose(page, page.getByRole("combobox", { name: planning.ends }), "count");
    await reach(page, page.getByRole("textbox", { name: planning.endCount }));
    await page.keyboard.press("Control+a");
    await page.keyboard.type("4");
    await expect(main.getByRole("status").filter({ hasText: "4" }).first()).toBeVisible();
  });

  await test.step("somebody is invited; the focus is where the next name is typed", async () => {
    const who = page.getByRole("combobox", { name: members.who });
    await reach(page, who);
    await page.keyboard.type("zoe.clavier@ailleurs.example");
    await expect(page.getByRole("listbox").getByRole("option")).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(page.getByText(filled(planning.invited_one, { count: 1 }))).toBeVisible();
    await expect(who).toBeFocused();
  });

  await test.step("planned; the page of the meeting has the focus", async () => {
    await press(page, main.getByRole("button", { name: planning.plan, exact: true }));
    await expect(page.getByRole("heading", { level: 1, name: "Comité au clavier" })).toBeVisible();
    await expect(main).toBeFocused();
    await expect(rows).toHaveCount(4);
  });

  await test.step("move the second date? the dialog gives the focus back, whether no or yes", async () => {
    const change = rows.nth(1).getByRole("button", { name: anyOf(planning.changeDateOf) });
    await press(page, change);
    await expectFocusWithin(dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(change).toBeFocused();
    await page.keyboard.press("Enter");
    await reach(page, dialog.getByLabel(planning.time, { exact: true }));
    await page.keyboard.press("ArrowUp");
    await press(page, dialog.getByRole("button", { name: words.common.save }));
    await expect(rows.nth(1)).toContainText(planning.moved);
    await expect(change).toBeFocused();
  });

  await test.step("cancel the third date; it is struck out, and the focus is at the head of the dates", async () => {
    await press(page, rows.nth(2).getByRole("button", { name: anyOf(planning.cancelDateOf) }));
    await expectFocusWithin(dialog);
    await press(page, dialog.getByRole("button", { name: planning.cancelScopes.this }));
    await expect(rows).toHaveCount(3);
    await expect(dates.getByRole("heading")).toBeFocused();
  });

  const link = await test.step("a personal link, in a dialog that gives the focus back", async () => {
    const open = page.getByRole("button", { name: filled(planning.personalLinkOf, { name: "zoe.clavier@ailleurs.example" }) });
    await press(page, open);
    await press(page, dialog.getByRole("button", { name: planning.replaceLink })); // their mail has one
    await press(page, page.getByRole("dialog", { name: planning.replaceLinkAsk }).getByRole("button", { name: planning.replaceLink }));
    const address = await dialog.getByText(/#i=/).innerText();
    await expectFocusWithin(dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(open).toBeFocused();
    return address;
  });

  await test.step("the guest answers no, with a word; the focus stays on the answer", async () => {
    const { invitation } = zoe.words;
    await zoe.open(`/invitation#i=${link.split("#i=")[1] ?? ""}`);
    await expect(zoe.page.getByRole("heading", { level: 1, name: "Comité au clavier" })).toBeVisible();
    await reach(zoe.page, zoe.page.getByLabel(invitation.comment));
    await zoe.page.keyboard.type("En congé.");
    const no = zoe.page.getByRole("button", { name: invitation.decline, exact: true });
    await press(zoe.page, no);
    await expect(zoe.page.getByText(invitation.noted.declined)).toBeVisible();
    await expect(no).toBeFocused();
  });
});

/** Reaches a list of choices and goes through it with the arrow until a value is chosen. */
async function choose(page: Page, list: Locator, value: string): Promise<void> {
  await reach(page, list);
  for (let presses = 0; presses < 10 && (await list.inputValue()) !== value; presses++) await page.keyboard.press("ArrowDown");
  await expect(list).toHaveValue(value);
}
