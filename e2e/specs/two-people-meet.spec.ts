import { expectMoving, loudness } from "../support/media.ts";
import { expect, test } from "../support/test.ts";
import { filled } from "../support/words.ts";

test("two people meet: they see, hear and write to each other", async ({ welcome }) => {
  test.setTimeout(120_000); // the longest story: half a minute where nothing else runs
  const jeanne = await welcome();
  const samuel = await welcome();

  await test.step("one signs in and starts a meeting", async () => {
    await jeanne.open();
    await jeanne.signIn("Jeanne Morel");
    await jeanne.page.getByRole("button", { name: jeanne.words.home.start }).click();
    await expect(jeanne.page).toHaveURL(/\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
  });
  const slug = new URL(jeanne.page.url()).pathname.slice(1);

  await test.step("she opens the room to guests in its settings", async () => {
    await jeanne.open(`/rooms/${slug}`);
    await jeanne.page.getByRole("radio", { name: jeanne.words.room.entries.everyone }).check();
    await jeanne.page.getByRole("button", { name: jeanne.words.common.save }).click();
    await expect(jeanne.page.getByText(jeanne.words.room.saved)).toBeVisible();
    await jeanne.open(`/${slug}`);
    await jeanne.join();
  });

  await test.step("the other pastes the link and gives a name", async () => {
    await samuel.open();
    await samuel.page.getByRole("textbox", { name: samuel.words.home.joinLabel }).fill(jeanne.page.url());
    await samuel.page.getByRole("button", { name: samuel.words.home.join, exact: true }).click();
    await samuel.join("Samuel Ortiz");
  });

  await test.step("each sees the other move", async () => {
    await expectMoving(jeanne.call.video("Samuel Ortiz"));
    await expectMoving(samuel.call.video("Jeanne Morel"));
    await expect(jeanne.call.tile("Samuel Ortiz")).toContainText(jeanne.words.call.guest);
  });

  await test.step("each hears the other, and silence once the other is muted", async () => {
    for (const [speaker, listener] of [[jeanne, samuel], [samuel, jeanne]] as const) {
      const speaking = await loudness(listener.page, 3);
      await speaker.call.control("micOff").click();
      await expect(listener.call.tile(speaker === jeanne ? "Jeanne Morel" : "Samuel Ortiz")).toContainText(listener.words.call.muted);
      expect(speaking).toBeGreaterThan(0.01);
      // What was on its way is still heard. There is a beep each second: a second without one is silence.
      await expect.poll(() => loudness(listener.page, 1), { message: `silence next to ${speaking}`, timeout: 15_000, intervals: [0] }).toBeLessThanOrEqual(speaking / 5);
      await speaker.call.control("micOn").click();
    }
  });

  await test.step("a line goes each way", async () => {
    await jeanne.call.openChat();
    await jeanne.call.say("Bonjour, m’entendez-vous ?");
    await samuel.call.openChat();
    await samuel.call.expectLine("Bonjour, m’entendez-vous ?");
    await samuel.call.say("Yes, loud and clear <b>indeed</b>");
    await jeanne.call.expectLine("Yes, loud and clear <b>indeed</b>");
  });

  await test.step("a hand goes up and down", async () => {
    await samuel.call.control("handRaise").click();
    await expect(jeanne.call.tile("Samuel Ortiz")).toContainText(jeanne.words.call.handUp);
    await samuel.call.control("handLower").click();
    await expect(jeanne.call.tile("Samuel Ortiz")).not.toContainText(jeanne.words.call.handUp);
  });

  await test.step("a reaction is seen", async () => {
    await jeanne.call.control("react").click();
    await jeanne.page.getByRole("menuitem", { name: jeanne.words.call.reactions.clap }).click();
    await expect(samuel.call.reactions).toContainText(filled(samuel.words.call.reactionBy, { name: "Jeanne Morel", reaction: samuel.words.call.reactions.clap }));
    await jeanne.page.keyboard.press("Escape");
  });

  await test.step("a shared screen is seen, large", async () => {
    await jeanne.call.control("screenOn").click();
    const shared = samuel.call.screen("Jeanne Morel");
    await expect.poll(() => shared.evaluate((v: HTMLVideoElement) => v.videoWidth), "width of the shared screen").toBeGreaterThan(0);
    const [screen, face] = [await shared.boundingBox(), await samuel.call.video("Jeanne Morel").boundingBox()];
    expect((screen?.width ?? 0) * (screen?.height ?? 0)).toBeGreaterThan(2 * (face?.width ?? 0) * (face?.height ?? 0));
    await jeanne.call.control("screenOff").click();
    await expect(shared).toBeHidden();
  });

  await test.step("nothing but this machine was spoken to, not even to find a way through the network", async () => {
    await jeanne.call.expectOwnIceServers();
    await samuel.call.expectOwnIceServers();
  });

  await test.step("one leaves, and the other sees it", async () => {
    await samuel.call.control("leave").click();
    await expect(samuel.page.getByRole("heading", { name: samuel.words.call.left })).toBeVisible();
    await expect(jeanne.call.tile("Samuel Ortiz")).toHaveCount(0);
    await expect(jeanne.page.getByText(jeanne.words.call.alone)).toBeVisible();
  });
});

test("a third from another ministry joins a trusted room", async ({ welcome }) => {
  const [jeanne, amine, louise] = [await welcome(), await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Comité de pilotage", entry: "trusted" });
  await jeanne.enter(room);
  for (const [visitor, name] of [[amine, "Amine Kader"], [louise, "Louise Petit"]] as const) {
    await visitor.open();
    await visitor.signIn(name);
    await visitor.enter(room);
  }
  await expectMoving(louise.call.video("Jeanne Morel"));
  await expectMoving(louise.call.video("Amine Kader"));
  await expectMoving(jeanne.call.video("Louise Petit"));
});
