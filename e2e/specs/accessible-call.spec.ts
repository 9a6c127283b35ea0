import { expectMoving } from "../support/media.ts";
import { Signalling } from "../support/signalling.ts";
import { expectAllAccessible, languages } from "../support/states.ts";
import { expect, test } from "../support/test.ts";
import { filled } from "../support/words.ts";

// Each state is judged on four screens: see support/axe.ts.
test.describe.configure({ timeout: 300_000 });

for (const language of languages) {
  const spoken = language.locale.slice(0, 2);

  test(`a call is accessible (${spoken})`, async ({ welcome }) => {
    const [claire, guest] = [await welcome(language), await welcome(language)];
    const { page, words, call } = claire;
    claire.witness.allow(/Failed to load resource: net::ERR_FAILED/);
    const dialog = (name: string) => page.getByRole("dialog", { name });
    const fromMenu = async (name: string) => {
      await call.control("more").click();
      await page.getByRole("menuitem", { name }).click();
    };
    await claire.open();
    await claire.signIn("Claire Vasseur");
    const room = await claire.makeRoom({ name: "Permanence numérique", entry: "public" });

    await expectAllAccessible(claire, [
      ["alone", async () => {
        await claire.enter(room);
        await expect(page.getByText(words.call.alone)).toBeVisible();
      }],
      ["two, one with a raised hand", async () => {
        await guest.open(`/${room.slug}`);
        await guest.page.getByRole("button", { name: words.prejoin.turnCameraOff }).click(); // the other test shows a face
        await guest.join("Nadia Benali", { withoutCamera: true });
        await guest.call.control("handRaise").click();
        await expect(call.tile("Nadia Benali")).toContainText(words.call.handUp);
      }],
      ["camera and microphone off", async () => {
        await call.control("micOff").click();
        await call.control("cameraOff").click();
        await expect(call.tile("Claire Vasseur")).toContainText(words.call.muted);
      }],
      ["chat, empty", async () => {
        await call.openChat();
        await expect(page.getByText(words.call.chatEmpty)).toBeVisible();
      }],
      ["chat, a line of one's own and one that was not sent", async () => {
        await call.say("Bonjour https://parvis.example/ordre-du-jour");
        await call.expectLine("Bonjour");
        await page.route("**/messages", (route) => route.abort());
        await call.say("Non envoyé");
        await expect(page.getByText(words.call.sendAgain)).toBeVisible();
        await page.unroute("**/messages");
      }],
      ["chat, a line that is unread", async () => {
        await page.keyboard.press("Escape");
        await guest.call.openChat();
        await guest.call.say("Une question");
        await expect(call.chatButton).toHaveAccessibleName(filled(words.call.chatUnread_one, { count: 1 }));
      }],
      ["people", async () => {
        await call.peopleButton.click();
        await expect(page.getByRole("complementary", { name: words.call.peoplePanel })).toBeVisible();
      }],
      ["reactions, one that floats", async () => {
        await page.keyboard.press("Escape");
        await call.control("react").click();
        await page.getByRole("menuitem", { name: words.call.reactions.clap }).click();
        await expect(call.reactions).toContainText("Claire Vasseur");
      }],
      ["more controls", async () => {
        await page.keyboard.press("Escape");
        await call.control("more").click();
        await expect(page.getByRole("menuitem", { name: words.call.devices })).toBeVisible();
      }],
      ["choice of devices", async () => {
        await page.getByRole("menuitem", { name: words.call.devices }).click();
        await expect(dialog(words.call.devices)).toBeVisible();
      }],
      ["shortcuts of the keyboard", async () => {
        await page.keyboard.press("Escape");
        await fromMenu(words.call.shortcuts);
        await expect(dialog(words.call.shortcuts)).toBeVisible();
      }],
      ["a shared screen of one's own", async () => {
        await page.keyboard.press("Escape");
        await call.control("screenOn").click();
        await expect(page.getByText(words.call.yourScreen)).toBeVisible();
      }],
      ["a shared screen that did not start", async () => {
        await call.control("screenOff").click();
        await page.evaluate(() => {
          navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException("Could not start", "NotReadableError"));
        });
        await call.control("screenOn").click();
        await expect(page.getByText(words.call.screenFailed)).toBeVisible();
      }],
      ["a shared screen of somebody else, large", async () => {
        await page.getByRole("button", { name: words.common.close, exact: true }).click();
        await guest.call.control("screenOn").click();
        await expect(call.screen("Nadia Benali")).toBeVisible();
      }],
    ]);
    await guest.call.control("screenOff").click();
    await expectAllAccessible(claire, [
      ["after leaving", async () => {
        await call.control("leave").click();
        await expect(page.getByRole("heading", { name: words.call.left })).toBeVisible();
      }],
    ]);
  });

  test(`a call whose connection is lost is accessible, and one that ends (${spoken})`, async ({ welcome }) => {
    const [claire, louise] = [await welcome(language), await welcome(language)];
    const { page, words, call } = claire;
    claire.witness.allow(/^WebSocket connection to /, /status of (40[13]|410|503)/);
    const signalling = await Signalling.of(page);
    const retry = page.getByRole("button", { name: words.prejoin.retryNow });
    await claire.open();
    await claire.signIn("Claire Vasseur");
    const room = await claire.makeRoom({ name: "Permanence numérique" });
    await claire.enter(room);
    await louise.open();
    await louise.signIn("Louise Petit");
    await louise.enter(room);
    await expectMoving(call.video("Louise Petit"));

    await expectAllAccessible(claire, [
      ["reconnecting", async () => {
        await signalling.silence();
        await expect(page.getByText(words.call.reconnecting)).toBeVisible();
      }],
      ["connecting", async () => {
        await page.reload();
        await page.getByRole("button", { name: words.prejoin.join, exact: true }).click();
        await expect(page.getByText(words.call.connecting)).toBeVisible();
      }],
      ["interrupted", async () => {
        await claire.refuseAtDoor({ status: 503, code: "media-unavailable" });
        await expect(page.getByText(words.call.waitingMedia)).toBeVisible({ timeout: 40_000 });
        await retry.click();
        await expect(page.getByText(words.call.waitingMedia)).toBeVisible();
      }],
      ["removed", async () => {
        await claire.refuseAtDoor({ status: 403, code: "removed" });
        await retry.click();
        await expect(page.getByRole("heading", { name: words.call.removed })).toBeVisible();
      }],
      ["archived during the call", async () => {
        await claire.refuseAtDoor();
        signalling.restore();
        await page.getByRole("button", { name: words.call.rejoin }).click();
        await claire.join();
        await expectMoving(call.video("Louise Petit"));
        await louise.context.close();
        await claire.changeRoom(room, "DELETE");
        await expect(page.getByRole("heading", { name: words.call.refused })).toBeVisible();
        await expect(page.getByText(words.errors["room-archived"])).toBeVisible();
      }],
    ]);
  });
}
