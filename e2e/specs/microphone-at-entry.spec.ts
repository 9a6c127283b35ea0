import { loudness } from "../support/media.ts";
import { expect, test } from "../support/test.ts";

test("who enters with the microphone closed opens it to speak, and is heard", async ({ welcome }) => {
  const jeanne = await welcome();
  const samuel = await welcome();

  await test.step("the owner has microphones closed at entry", async () => {
    await jeanne.open();
    await jeanne.signIn("Jeanne Morel");
    await jeanne.page.getByRole("button", { name: jeanne.words.home.start }).click();
    await expect(jeanne.page).toHaveURL(/\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
    const slug = new URL(jeanne.page.url()).pathname.slice(1);
    await jeanne.open(`/rooms/${slug}`);
    await jeanne.page.getByRole("radio", { name: jeanne.words.room.entries.everyone }).check();
    await jeanne.page.getByRole("checkbox", { name: jeanne.words.room.muteOnEntry }).check();
    await jeanne.page.getByRole("button", { name: jeanne.words.common.save }).click();
    await expect(jeanne.page.getByText(jeanne.words.room.saved)).toBeVisible();
    await jeanne.open(`/${slug}`);
    await expect(jeanne.page.getByText(jeanne.words.prejoin.entersMuted)).toBeHidden();
    await jeanne.join();
    await expect(jeanne.call.control("micOff")).toBeVisible();
  });

  await test.step("the page before the call says why, and the other enters unheard", async () => {
    await samuel.open(new URL(jeanne.page.url()).pathname);
    await expect(samuel.page.getByText(samuel.words.prejoin.entersMuted)).toBeVisible();
    await samuel.join("Samuel Ortiz");
    await expect(samuel.call.control("micOn")).toBeVisible();
    await expect(jeanne.call.tile("Samuel Ortiz")).toContainText(jeanne.words.call.muted);
  });

  await test.step("it opens when they want to speak", async () => {
    await samuel.call.control("micOn").click();
    await expect(jeanne.call.tile("Samuel Ortiz")).not.toContainText(jeanne.words.call.muted);
    await expect.poll(() => loudness(jeanne.page, 3), { timeout: 30_000, intervals: [0] }).toBeGreaterThan(0.01);
  });
});
