import { expectMoving, loudness } from "../support/media.ts";
import { Signalling } from "../support/signalling.ts";
import { expect, test, type Welcome } from "../support/test.ts";
import { trio, type Trio } from "../support/trio.ts";
import { filled } from "../support/words.ts";

/** A call of three, of whom the host has the list of people open. */
async function meeting(welcome: Welcome): Promise<Trio> {
  const all = await trio(welcome, "Conseil");
  const { jeanne } = all;
  await jeanne.call.peopleButton.click();
  await expect(jeanne.page.getByRole("region", { name: jeanne.words.hosting.tools })).toBeVisible();
  return all;
}

test("a host silences one and all, forbids, asks, and allows again", async ({ welcome }) => {
  test.setTimeout(150_000);
  const { jeanne, amine, samuel } = await meeting(welcome);
  const words = jeanne.words.hosting;

  await test.step("one is muted, is told by whom, and may speak again", async () => {
    await expect.poll(() => loudness(amine.page, 2), "the others are heard").toBeGreaterThan(0.01);
    await jeanne.page.getByRole("button", { name: filled(words.muteOne, { name: "Samuel Ortiz" }) }).click();
    await expect(samuel.call.control("micOn")).toBeVisible();
    await expect(samuel.page.getByText(filled(samuel.words.hosting.mutedBy.microphone, { name: "Jeanne Morel" }))).toBeVisible();
    await samuel.call.control("micOn").click();
    await expect(samuel.call.control("micOff")).toBeVisible();
  });

  await test.step("everybody is muted in one go, but for the host", async () => {
    await jeanne.page.getByRole("button", { name: words.muteAll }).click();
    for (const visitor of [amine, samuel]) await expect(visitor.call.control("micOn")).toBeVisible();
    await expect(jeanne.call.control("micOff")).toBeVisible();
    await expect(jeanne.page.getByText(filled(words.mutedCount_other, { count: 2 }))).toBeVisible();
  });

  await test.step("a guest who is forbidden to speak cannot turn the microphone on, and can when allowed again", async () => {
    await jeanne.call.manage("Samuel Ortiz");
    const microphone = jeanne.page.getByRole("dialog").getByRole("checkbox", { name: words.ability.microphone });
    await microphone.click(); // it follows the server, not the finger
    await expect(samuel.call.control("micOn")).toHaveAttribute("aria-disabled", "true");
    await expect(microphone).not.toBeChecked();
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.ask }).click();
    await expect(samuel.page.getByText(filled(samuel.words.hosting.askedBy, { name: "Jeanne Morel" }))).toBeVisible();
    await samuel.page.getByRole("button", { name: samuel.words.call.micOn, exact: true }).first().click(); // that of the question, above the dock
    await expect(samuel.call.control("micOff")).toBeVisible();
    await jeanne.page.keyboard.press("Escape");
  });

  await test.step("a line is refused where lines are forbidden to all", async () => {
    await jeanne.page.getByRole("button", { name: words.everyone }).click();
    await jeanne.page.getByRole("dialog").getByRole("checkbox", { name: words.ability.chat }).click();
    await amine.call.chatButton.click();
    await expect(amine.page.getByText(amine.words.hosting.notAllowed)).toBeVisible();
    await jeanne.page.getByRole("dialog").getByRole("checkbox", { name: words.ability.chat }).click();
    await jeanne.page.keyboard.press("Escape");
    await amine.call.say("Bonjour");
    await amine.call.expectLine("Bonjour");
  });
});

test("a host shows somebody to all, gives the lead away, locks the room and ends the meeting", async ({ welcome }) => {
  test.setTimeout(150_000);
  const { jeanne, amine, samuel, room } = await meeting(welcome);
  const words = jeanne.words.hosting;

  await test.step("the spotlight is everybody's", async () => {
    await jeanne.call.manage("Samuel Ortiz");
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.forwardOn }).click();
    await expect(amine.call.tile("Samuel Ortiz")).toContainText(amine.words.hosting.forward);
    await expectMoving(amine.call.video("Samuel Ortiz"));
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.forwardOff }).click();
    await expect(amine.call.tile("Samuel Ortiz")).not.toContainText(amine.words.hosting.forward);
    await jeanne.page.keyboard.press("Escape");
  });

  await test.step("who is promoted leads at once", async () => {
    await jeanne.call.manage("Amine Kader");
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.make.moderator }).click();
    await jeanne.page.keyboard.press("Escape");
    await expect(amine.page.getByText(filled(amine.words.hosting.roleBy.moderator, { name: "Jeanne Morel" }))).toBeVisible();
    await amine.call.peopleButton.click();
    await amine.page.getByRole("button", { name: amine.words.hosting.lockRoom }).click();
    await expect(samuel.page.getByText(filled(samuel.words.hosting.lockBy.locked, { name: "Amine Kader" }))).toBeVisible();
  });

  await test.step("nobody new enters a locked room; who is in it comes back", async () => {
    const late = await welcome();
    late.witness.allow(/status of 423/, /status of 403 .*\/state\?/);
    await late.open();
    await late.signIn("Louise Petit");
    await late.open(`/${room.slug}`);
    await expect(late.page.getByText(late.words.errors["room-locked"])).toBeVisible();
    await amine.page.getByRole("button", { name: amine.words.hosting.unlock }).click();
    await late.page.getByRole("button", { name: late.words.common.retry }).click();
    await late.join();
  });

  await test.step("the meeting ends for everybody", async () => {
    for (const one of [jeanne, amine, samuel]) one.witness.allow(/status of 403 .*\/state\?/); // who reads it at that moment
    await jeanne.page.getByRole("button", { name: words.end }).click();
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.end }).click();
    await expect(samuel.page.getByRole("heading", { name: samuel.words.call.ended })).toBeVisible();
    await expect(amine.page.getByRole("heading", { name: amine.words.call.ended })).toBeVisible();
  });
});

test("who is removed waits, and who is blocked stays out until a host says otherwise", async ({ welcome }) => {
  test.setTimeout(150_000);
  const { jeanne, amine, samuel, room } = await meeting(welcome);
  const words = jeanne.words.hosting;
  const lobby = jeanne.words.lobby;

  await test.step("removed, one waits and can be let in again", async () => {
    samuel.witness.allow(/status of 403/);
    await jeanne.call.manage("Samuel Ortiz");
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.out.remove, exact: true }).click();
    await jeanne.page.getByRole("dialog", { name: filled(words.outAsk.remove, { name: "Samuel Ortiz" }) }).getByRole("button", { name: words.out.remove }).click();
    await expect(jeanne.call.tile("Samuel Ortiz")).toHaveCount(0);
    await samuel.enterLobby(room);
    await expect(samuel.page.getByText(samuel.words.lobby.why.removed)).toBeVisible();
    await jeanne.page.getByRole("button", { name: filled(lobby.admitOne, { name: "Samuel Ortiz" }) }).first().click();
    await samuel.call.expectIn();
    await expectMoving(jeanne.call.video("Samuel Ortiz"));
  });

  await test.step("blocked, a colleague is refused", async () => {
    amine.witness.allow(/status of 403/);
    await jeanne.call.manage("Amine Kader");
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.out.block }).click();
    await jeanne.page.getByRole("dialog", { name: filled(words.outAsk.block, { name: "Amine Kader" }) }).getByRole("button", { name: words.out.block }).click();
    await expect(jeanne.call.tile("Amine Kader")).toHaveCount(0);
    await amine.open(`/${room.slug}`);
    await expect(amine.page.getByText(amine.words.errors.blocked)).toBeVisible();
  });

  await test.step("the list of the room's page names who is blocked, and takes it back", async () => {
    const desk = await jeanne.context.newPage();
    await desk.goto(`${jeanne.site.url}/rooms/${room.slug}`);
    await desk.getByRole("button", { name: filled(words.unblockOf, { name: "Amine Kader" }) }).click();
    await expect(desk.getByText(words.blocksNone)).toBeVisible();
    await amine.enter(room);
  });
});

test("a moderator forbids microphones for this meeting, and gives one guest the floor", async ({ welcome }) => {
  test.setTimeout(240_000);
  const { jeanne, amine, samuel, room } = await meeting(welcome);
  const nadia = await welcome();
  await nadia.enter(room, "Nadia Benali");
  const words = amine.words.hosting;
  const dialog = amine.page.getByRole("dialog");
  const microphone = dialog.getByRole("checkbox", { name: words.ability.microphone });

  await test.step("who hosts for the meeting decides for the meeting alone", async () => {
    await jeanne.call.manage("Amine Kader");
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.make.moderator }).click();
    await amine.call.peopleButton.click();
    await amine.page.getByRole("button", { name: words.everyone }).click();
    await expect(microphone).toBeChecked();
    await expect(dialog.getByRole("checkbox", { name: words.forGood })).toHaveCount(0);
    await microphone.click();
    await expect(microphone).not.toBeChecked();
    await amine.page.keyboard.press("Escape");
    for (const guest of [samuel, nadia]) await expect(guest.call.control("micOn")).toHaveAttribute("aria-disabled", "true");
    await expect(amine.call.control("micOff")).toBeVisible();
  });

  await test.step("who comes in anew is still without, and so is who reconnects by the pass of before", async () => {
    const signalling = await Signalling.of(samuel.page);
    await samuel.page.reload();
    await samuel.join("Samuel Ortiz");
    await expect(samuel.call.control("micOn")).toHaveAttribute("aria-disabled", "true");
    await expectMoving(amine.call.video("Samuel Ortiz"));
    samuel.witness.allow(/^WebSocket connection to /);
    const before = signalling.carried;
    await signalling.silence();
    signalling.restore();
    await expect.poll(() => signalling.carried, { message: "the call is signalled anew", timeout: 20_000 }).toBeGreaterThan(before);
    await expectMoving(amine.call.video("Samuel Ortiz"));
    await expect(samuel.call.control("micOn")).toHaveAttribute("aria-disabled", "true");
  });

  await test.step("one is allowed to speak, and is heard; another is not", async () => {
    await amine.call.manage("Samuel Ortiz");
    await expect(microphone).not.toBeChecked();
    await microphone.click();
    await expect(microphone).toBeChecked();
    await expect(dialog.getByText(words.offForOthers)).toBeVisible();
    await amine.page.keyboard.press("Escape");
    await samuel.call.control("micOn").click();
    await expect(samuel.call.control("micOff")).toBeVisible();
    await amine.call.control("micOff").click();
    await jeanne.page.keyboard.press("Escape");
    await jeanne.call.control("micOff").click();
    await expect.poll(() => loudness(nadia.page, 1), "Samuel is heard").toBeGreaterThan(0.01);
    await expect(nadia.call.control("micOn")).toHaveAttribute("aria-disabled", "true");
  });

  await test.step("the next meeting is free again", async () => {
    await jeanne.page.getByRole("button", { name: words.end }).click();
    await jeanne.page.getByRole("dialog").getByRole("button", { name: words.end }).click();
    await expect(nadia.page.getByRole("heading", { name: nadia.words.call.ended })).toBeVisible();
    await nadia.enter(room);
    await expect(nadia.call.control("micOff")).toBeVisible();
  });
});
