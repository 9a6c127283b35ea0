import { expectMoving, refuseDevices } from "../support/media.ts";
import { expect, test } from "../support/test.ts";
import { filled } from "../support/words.ts";

test("the browser refuses camera and microphone: the page says what to do, and one can join without", async ({ welcome }) => {
  const [jeanne, amine] = [await welcome(), await welcome()];
  await refuseDevices(jeanne.page);
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Sans caméra" });
  await jeanne.open(`/${room.slug}`);
  const { title, help, mic, camera } = jeanne.words.devices;
  await expect(jeanne.page.getByText(help["refused-by-browser"])).toBeVisible();
  await expect(jeanne.page.getByText(filled(title["refused-by-browser"], { device: `${mic}, ${camera}` }))).toBeVisible();
  await jeanne.join(undefined, { withoutCamera: true });

  await amine.open();
  await amine.signIn("Amine Kader");
  await amine.enter(room);
  await expectMoving(jeanne.call.video("Amine Kader"));
  await expect(amine.call.tile("Jeanne Morel")).toContainText("JM"); // initials in place of a picture
});

test("somebody joins with camera and microphone off, and turns them on in the call", async ({ welcome }) => {
  const [jeanne, amine] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "En silence" });
  await jeanne.open(`/${room.slug}`);
  await jeanne.page.getByRole("button", { name: jeanne.words.prejoin.turnCameraOff }).click();
  await jeanne.page.getByRole("button", { name: jeanne.words.prejoin.turnMicOff }).click();
  await jeanne.join(undefined, { withoutCamera: true });
  await amine.open();
  await amine.signIn("Amine Kader");
  await amine.enter(room);

  await expect(amine.call.tile("Jeanne Morel")).toContainText("JM");
  await expect(amine.call.tile("Jeanne Morel")).toContainText(amine.words.call.muted);
  await jeanne.call.control("cameraOn").click();
  await jeanne.call.control("micOn").click();
  await expectMoving(amine.call.video("Jeanne Morel"));
  await expect(amine.call.tile("Jeanne Morel")).not.toContainText(amine.words.call.muted);
});

test("somebody who joins before the camera has opened is seen all the same", async ({ welcome }) => {
  const [jeanne, amine] = [await welcome(), await welcome()];
  await jeanne.page.addInitScript(() => {
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const answered = new Promise((resolve) => window.addEventListener("permission-answered", resolve));
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      await answered;
      return open(wanted);
    };
  });
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Pressée" });
  await jeanne.open(`/${room.slug}`);
  await expect(jeanne.page.getByText(jeanne.words.prejoin.cameraWaiting)).toBeVisible();
  await jeanne.page.getByRole("button", { name: jeanne.words.prejoin.join, exact: true }).click();
  await jeanne.call.expectIn();
  await jeanne.page.evaluate(() => window.dispatchEvent(new Event("permission-answered")));

  await amine.open();
  await amine.signIn("Amine Kader");
  await amine.enter(room);
  await expectMoving(amine.call.video("Jeanne Morel"));
});
