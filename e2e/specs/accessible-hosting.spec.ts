import { expectAllAccessible, languages } from "../support/states.ts";
import { expect, test, type Welcome } from "../support/test.ts";
import type { RoomSeen, Visitor } from "../support/visitor.ts";
import { anyOf, filled } from "../support/words.ts";

// Each state is judged on four screens: see support/axe.ts.
test.describe.configure({ timeout: 360_000 });

type Language = (typeof languages)[number];

/** A host in a call of their own, to which guests ask to be let in. */
async function hostInCall(welcome: Welcome, language: Language, entry: string): Promise<{ claire: Visitor; room: RoomSeen }> {
  const claire = await welcome(language);
  await claire.open();
  await claire.signIn("Claire Vasseur");
  const room = await claire.makeRoom({ name: "Conseil de quartier", entry });
  await claire.enter(room);
  return { claire, room };
}

for (const language of languages) {
  const spoken = language.locale.slice(0, 2);

  test(`who waits is shown to a host accessibly (${spoken})`, async ({ welcome }) => {
    const { claire, room } = await hostInCall(welcome, language, "trusted");
    const { page, words, call } = claire;
    const dialog = page.getByRole("dialog");
    const toast = page.getByRole("group", { name: words.lobby.toast });
    const panel = page.getByRole("complementary", { name: words.call.peoplePanel });

    await expectAllAccessible(claire, [
      ["somebody asks to enter", async () => {
        await (await welcome(language)).knock(room, "Maximilien de La Rochefoucauld-Bayers", "Je viens pour le point 3, avec le dossier de la mairie");
        await expect(toast.getByText("Maximilien de La Rochefoucauld-Bayers").first()).toBeVisible();
      }],
      ["several ask to enter", async () => {
        await (await welcome(language)).knock(room, "Nadia Benali");
        await expect(toast.getByRole("button", { name: words.lobby.see })).toBeVisible();
      }],
      ["people, some of whom wait", async () => {
        await toast.getByRole("button", { name: words.lobby.see }).click();
        await expect(panel.getByRole("heading", { name: filled(words.lobby.heading_other, { count: 2 }) })).toBeVisible();
        await expect(panel.getByRole("region", { name: words.hosting.tools })).toBeVisible();
      }],
      ["one of those who wait is chosen", async () => {
        await panel.getByRole("checkbox", { name: filled(words.lobby.choose, { name: "Nadia Benali" }) }).check();
        await expect(panel.getByRole("button", { name: filled(words.lobby.admitSome, { count: 1 }) })).toBeVisible();
      }],
      ["refuse those who wait?", async () => {
        await panel.getByRole("button", { name: filled(words.lobby.refuseSome, { count: 1 }) }).click();
        await expect(dialog).toBeVisible();
      }],
      ["who waits, when a decision cannot be passed on", async () => {
        await page.keyboard.press("Escape");
        claire.witness.allow(/status of 500/);
        await page.route("**/lobby/admit", (route) => route.fulfill({ status: 500 }));
        await panel.getByRole("button", { name: filled(words.lobby.admitOne, { name: "Nadia Benali" }) }).click();
        await expect(panel.getByText(words.errors.internal)).toBeVisible();
        await page.unroute("**/lobby/admit");
      }],
    ]);
    await call.control("leave").click();
    await expectAllAccessible(claire, [
      ["home, with people who wait", async () => {
        await claire.open();
        await expect(page.getByRole("heading", { name: words.lobby.headingIn })).toBeVisible();
        await expect(page.getByText("Nadia Benali").first()).toBeVisible();
      }],
    ]);
  });

  test(`what a host does with people in the call is accessible (${spoken})`, async ({ welcome }) => {
    const { claire, room } = await hostInCall(welcome, language, "public");
    const [guest, amine] = [await welcome(language), await welcome(language)];
    guest.witness.allow(/^WebSocket connection to /, /status of 403/); // the end may overtake the word of it
    const { page, words, call } = claire;
    const dialog = page.getByRole("dialog").last();
    await amine.open();
    await amine.signIn("Amine Kader");
    for (const visitor of [guest, amine]) {
      await visitor.open(`/${room.slug}`);
      await visitor.page.getByRole("button", { name: words.prejoin.turnCameraOff }).click(); // the host's own picture is enough
    }
    await amine.join(undefined, { withoutCamera: true });
    await guest.join("Nadia Benali", { withoutCamera: true });
    await guest.call.control("handRaise").click();

    await expectAllAccessible(claire, [
      ["people in the call and the tools of a host", async () => {
        await call.peopleButton.click();
        await expect(page.getByRole("button", { name: filled(words.hosting.manage, { name: "Amine Kader" }) })).toBeVisible();
        await expect(page.getByRole("button", { name: words.hosting.lowerHands })).toBeVisible();
      }],
      ["everybody was muted", async () => {
        await page.getByRole("button", { name: words.hosting.muteAll }).click();
        await expect(page.getByText(filled(words.hosting.mutedCount_other, { count: 2 }))).toBeVisible();
      }],
      ["what to do with a guest", async () => {
        await call.manage("Nadia Benali");
        await expect(dialog.getByRole("textbox", { name: words.hosting.rename })).toBeVisible();
      }],
      ["what to do with a guest, a name refused", async () => {
        await dialog.getByRole("textbox", { name: words.hosting.rename }).fill(" ");
        await dialog.getByRole("button", { name: words.common.save }).click();
        await expect(dialog.getByText(words.hosting.renameWrong)).toBeVisible();
      }],
      ["remove a guest?", async () => {
        await dialog.getByRole("button", { name: words.hosting.out.remove, exact: true }).click();
        await expect(page.getByRole("dialog", { name: filled(words.hosting.outAsk.remove, { name: "Nadia Benali" }) })).toBeVisible();
      }],
      ["block a guest?", async () => {
        await page.keyboard.press("Escape");
        await dialog.getByRole("button", { name: words.hosting.out.block }).click();
        await expect(page.getByRole("dialog", { name: filled(words.hosting.outAsk.block, { name: "Nadia Benali" }) })).toBeVisible();
      }],
      ["what to do with a colleague", async () => {
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await call.manage("Amine Kader");
        await expect(dialog.getByRole("checkbox", { name: words.hosting.keep })).toBeVisible();
      }],
      ["what everybody may do", async () => {
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: words.hosting.everyone }).click();
        await dialog.getByRole("checkbox", { name: words.hosting.ability.reactions }).click();
        await expect(dialog.getByRole("checkbox", { name: words.hosting.ability.reactions })).not.toBeChecked();
      }],
      ["access and limits", async () => {
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: words.room.limits }).click();
        await expect(dialog.getByRole("textbox", { name: words.room.maxMinutes })).toBeVisible();
      }],
      ["access and limits, a limit refused", async () => {
        await dialog.getByRole("textbox", { name: words.room.maxMinutes }).fill("an hour");
        await dialog.getByRole("button", { name: words.common.save }).click();
        await expect(dialog.getByText(filled(words.room.wholeWrong, { most: 1440 }))).toBeVisible();
      }],
      ["a room that is locked", async () => {
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: words.hosting.lockRoom }).click();
        await expect(page.getByRole("button", { name: words.hosting.unlock })).toBeVisible();
      }],
      ["end for everybody?", async () => {
        await page.getByRole("button", { name: words.hosting.end }).click();
        await expect(page.getByRole("dialog", { name: words.hosting.endAsk })).toBeVisible();
      }],
    ]);
    const id = await claire.idOf(room, "Nadia Benali");
    await expectAllAccessible(guest, [
      ["told that the room is locked, that one may no longer share, and asked to unmute", async () => {
        await claire.ask(room, "POST", "unlock", {});
        await claire.ask(room, "POST", "lock", {}); // what is told goes after a while
        await claire.ask(room, "PATCH", `participants/${id}/permissions`, { screen: false });
        await claire.ask(room, "POST", `participants/${id}/ask-to-unmute`, {});
        await expect(guest.page.getByText(filled(words.hosting.askedBy, { name: "Claire Vasseur" }))).toBeVisible();
        await expect(guest.page.getByText(filled(words.hosting.lockBy.locked, { name: "Claire Vasseur" }))).toBeVisible();
      }],
      ["in the spotlight", async () => {
        await claire.ask(room, "PUT", "spotlight", { participants: [id] });
        await expect(guest.call.tile("Nadia Benali")).toContainText(words.hosting.forward);
      }],
      ["ended by a host", async () => {
        await page.getByRole("dialog").getByRole("button", { name: words.hosting.end }).click();
        await expect(guest.page.getByRole("heading", { name: words.call.ended })).toBeVisible();
      }],
    ]);
  });

  test(`the settings of a room with limits, members and blocks are accessible (${spoken})`, async ({ welcome }) => {
    const { claire, room } = await hostInCall(welcome, language, "public");
    const [guest, paul] = [await welcome(language), await welcome(language)];
    const { page, words } = claire;
    const dialog = page.getByRole("dialog");
    await paul.open();
    await paul.signIn("Paul Girard"); // who was never there has no name to be completed
    guest.witness.allow(/^WebSocket connection to /, /status of 403/);
    await guest.enter(room, "Nadia Benali");
    await claire.ask(room, "POST", `participants/${await claire.idOf(room, "Nadia Benali")}/remove`, { block: true });
    await claire.changeRoom(room, "PATCH", { maxParticipants: 30, maxMinutes: 90, opensWithHost: true, forbidden: ["screen"] });
    const most = page.getByRole("textbox", { name: words.room.maxParticipants });
    const who = page.getByRole("combobox", { name: words.members.who });
    const save = page.getByRole("button", { name: words.common.save }).first();

    await expectAllAccessible(claire, [
      ["settings with limits, members and blocks", async () => {
        await claire.open(`/rooms/${room.slug}`);
        await expect(most).toHaveValue("30");
        await expect(page.getByText("Nadia Benali")).toBeVisible();
      }],
      ["settings, a limit refused", async () => {
        await most.fill("beaucoup");
        await save.click();
        await expect(most).toHaveAttribute("aria-invalid", "true");
      }],
      ["members, colleagues found", async () => {
        await most.fill("30");
        await who.fill("gira");
        await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
      }],
      ["members, the role of somebody new", async () => {
        await who.fill("avocate.benali@cabinet-benali.example");
        await expect(page.getByRole("listbox").getByRole("option")).toHaveCount(1);
        await who.press("Enter");
        await expect(page.getByRole("button", { name: words.members.makeInvitation })).toBeVisible();
      }],
      ["members, an invitation", async () => {
        await page.getByRole("button", { name: words.members.makeInvitation }).click();
        await expect(page.getByRole("button", { name: words.members.linkDone })).toBeVisible();
      }],
      ["members, change a role", async () => {
        await page.getByRole("button", { name: filled(words.members.editOf, { name: "avocate.benali@cabinet-benali.example" }) }).click();
        await expect(dialog).toBeVisible();
      }],
      ["members, remove somebody?", async () => {
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: filled(words.members.removeOf, { name: "avocate.benali@cabinet-benali.example" }) }).click();
        await expect(dialog).toBeVisible();
      }],
      ["the attendance list", async () => {
        await page.keyboard.press("Escape");
        await page.getByRole("link", { name: anyOf(words.history.openOf) }).click();
        await expect(page.getByRole("heading", { name: words.history.attendance, level: 1 })).toBeVisible();
        await expect(page.getByRole("table")).toBeVisible();
      }],
    ]);
  });
}
