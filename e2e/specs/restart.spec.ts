import { expectMoving } from "../support/media.ts";
import { Platform } from "../support/platform.ts";
import { freePort } from "../support/ports.ts";
import { expect, test } from "../support/test.ts";
import { filled } from "../support/words.ts";

test("the program is restarted while some talk and others wait: nobody loses the place", async ({ welcome }) => {
  test.setTimeout(150_000);
  const port = await freePort();
  let platform = await Platform.start({ port });
  const [jeanne, samuel, lea] = [await welcome({ at: platform }), await welcome({ at: platform }), await welcome({ at: platform })];
  for (const visitor of [jeanne, samuel]) {
    // What the browser itself writes while nothing answers.
    visitor.witness.allow(/^WebSocket connection to /, /net::ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|EMPTY_RESPONSE)/);
    visitor.witness.allow(/^Failed to load resource: the server responded with a status of 50[234]/);
  }
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Qui dure", entry: "trusted" });
  await jeanne.enter(room);
  await jeanne.call.peopleButton.click();
  await samuel.enterLobby(room, "Samuel Ortiz");
  await samuel.page.getByRole("textbox", { name: samuel.words.lobby.note }).fill("Me Ortiz, avocat");
  await samuel.page.getByRole("button", { name: samuel.words.lobby.noteSend }).click();
  const admit = jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.admitOne, { name: "Samuel Ortiz" }) });
  await expect(admit).toBeVisible();
  await expect(jeanne.page.getByText("Me Ortiz, avocat")).toBeVisible();
  const before = await jeanne.waiting(room);

  await platform.stop({ keepData: true });
  await expect(samuel.page.getByText(samuel.words.lobby.lost)).toBeVisible();
  platform = await Platform.start({ port, data: platform.data, providerPort: platform.providerPort });

  await test.step("who waits is told nothing but that the place is kept, and has it", async () => {
    await expect(samuel.page.getByText(samuel.words.lobby.lost)).toHaveCount(0, { timeout: 40_000 });
    await expect(samuel.page.getByRole("heading", { name: samuel.words.lobby.title })).toBeVisible();
    expect(await jeanne.waiting(room), "who waits").toEqual(before);
  });
  await test.step("who talks is back, and still sees who waits, with their line", async () => {
    await expect(jeanne.page.getByText(jeanne.words.call.reconnecting)).toHaveCount(0, { timeout: 30_000 });
    await expect(jeanne.page.getByText(jeanne.words.call.waitingTitle)).toHaveCount(0, { timeout: 30_000 });
    await expect(jeanne.page.getByText(jeanne.words.lobby.deaf)).toHaveCount(0, { timeout: 30_000 });
    await expect(jeanne.page.getByText("Me Ortiz, avocat")).toBeVisible();
  });
  await test.step("who comes after the restart is heard of, too", async () => {
    await lea.knock(room, "Léa Martin");
    await expect(jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.refuseOne, { name: "Léa Martin" }) })).toBeVisible();
  });
  await test.step("a host says yes, and the guest is in without doing anything", async () => {
    await admit.click();
    await samuel.call.expectIn();
    await expectMoving(samuel.call.video("Jeanne Morel"), 30_000);
    await expectMoving(jeanne.call.video("Samuel Ortiz"), 30_000);
  });
  for (const visitor of [jeanne, samuel, lea]) await visitor.context.close();
  await platform.stop();
});
