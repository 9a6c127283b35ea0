import { expectMoving } from "../support/media.ts";
import { expect, test } from "../support/test.ts";
import { filled } from "../support/words.ts";

test("a guest waits, writes a line, and is let in", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, samuel] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted" });
  await jeanne.enter(room);

  await samuel.enterLobby(room, "Samuel Ortiz");
  await expect(samuel.page.getByText(samuel.words.lobby.why.lobby)).toBeVisible();
  await expect(samuel.page.getByText("Cabinet")).toHaveCount(0); // the name shows after admission only
  await samuel.page.getByRole("textbox", { name: samuel.words.lobby.note }).fill("Me Ortiz, avocat");
  await samuel.page.getByRole("button", { name: samuel.words.lobby.noteSend }).click();
  await expect(samuel.page.getByText(samuel.words.lobby.noteSent)).toBeVisible();

  await expect(jeanne.page.locator("bdi", { hasText: filled(jeanne.words.lobby.knocked, { name: "Samuel Ortiz" }) })).toBeVisible();
  await jeanne.call.peopleButton.click();
  await expect(jeanne.page.getByText("Me Ortiz, avocat").first()).toBeVisible();
  await jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.admitOne, { name: "Samuel Ortiz" }) }).first().click();
  await samuel.call.expectIn();
  await expectMoving(samuel.call.video("Jeanne Morel"));
  await expectMoving(jeanne.call.video("Samuel Ortiz"));
});

test("who is refused is told so, and who leaves is gone from the list", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, samuel, lea] = [await welcome(), await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted" });
  await jeanne.enter(room);
  await jeanne.call.peopleButton.click();
  samuel.witness.allow(/status of 403/);
  await samuel.enterLobby(room, "Samuel Ortiz");
  await lea.enterLobby(room, "Léa Martin");
  await jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.refuseOne, { name: "Samuel Ortiz" }) }).first().click();
  await expect(samuel.page.getByText(samuel.words.lobby.refusedTitle)).toBeVisible();
  await lea.page.getByRole("button", { name: lea.words.lobby.leave }).click();
  await expect(jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.admitOne, { name: "Léa Martin" }) })).toHaveCount(0);
});

test("a host who is elsewhere hears of it on the home page, and lets in from there", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, samuel] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted" });
  await jeanne.open();
  await samuel.enterLobby(room, "Samuel Ortiz");
  await expect(jeanne.page.getByText(jeanne.words.lobby.headingIn)).toBeVisible();
  await jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.admitOne, { name: "Samuel Ortiz" }) }).click();
  await samuel.call.expectIn();
});

test("a place in the lobby outlasts a browser that was away, and the program's restart is another's test", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, samuel] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted" });
  await jeanne.enter(room);
  await jeanne.call.peopleButton.click();
  samuel.witness.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  await samuel.enterLobby(room, "Samuel Ortiz");
  const admit = jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.admitOne, { name: "Samuel Ortiz" }) }).first();
  await expect(admit).toBeVisible();
  await samuel.context.setOffline(true);
  await admit.click(); // decided while nobody listens
  await samuel.context.setOffline(false);
  await samuel.call.expectIn();
});
