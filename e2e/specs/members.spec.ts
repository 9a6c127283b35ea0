import { readFile } from "node:fs/promises";

import { expect, test } from "../support/test.ts";
import type { RoomSeen, Visitor } from "../support/visitor.ts";
import { anyOf, filled } from "../support/words.ts";

/** Opens a room's page where its members are. */
async function openMembers(owner: Visitor, room: RoomSeen): Promise<void> {
  await owner.open(`/rooms/${room.slug}`);
  await expect(owner.page.getByRole("heading", { name: owner.words.members.title })).toBeVisible();
}

test("an owner gives a colleague the lead and invites a stranger, who takes it up once", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, amine, louise, paul] = [await welcome(), await welcome(), await welcome(), await welcome()];
  const { page, words } = jeanne;
  const who = page.getByRole("combobox", { name: words.members.who });
  const role = page.getByRole("combobox", { name: words.members.role, exact: true });
  for (const [visitor, name] of [[jeanne, "Jeanne Morel"], [amine, "Amine Kader"]] as const) {
    await visitor.open();
    await visitor.signIn(name);
  }
  const room = await jeanne.makeRoom({ name: "Comité restreint", entry: "restricted" });
  await openMembers(jeanne, room);

  await test.step("a colleague is found by two letters of the name, and hosts from then on", async () => {
    await who.fill("kad");
    await page.getByRole("option", { name: /Amine Kader/ }).click();
    await role.selectOption("moderator");
    await page.getByRole("button", { name: words.members.addOne, exact: true }).click();
    await expect(page.getByRole("button", { name: filled(words.members.editOf, { name: "Amine Kader" }) })).toBeVisible();
    await amine.enter(room);
    await amine.call.peopleButton.click();
    await expect(amine.page.getByRole("region", { name: amine.words.hosting.tools })).toBeVisible();
    await amine.call.control("leave").click();
  });

  let link = "";
  await test.step("a stranger is invited by an address; the link is shown this once", async () => {
    await who.fill("louise.petit@justice.example");
    await page.getByRole("listbox").getByRole("option").click();
    await page.getByRole("button", { name: words.members.makeInvitation }).click();
    link = await page.getByText(/invite=/).innerText();
    await page.reload();
    await expect(page.getByText(/louise\.petit@justice\.example/).first()).toBeVisible();
    await expect(page.getByText(/invite=/)).toHaveCount(0);
  });

  await test.step("who opens it signs in and is a member, under their own name", async () => {
    louise.witness.allow(/status of 4\d\d/); // her ministry answers for her address: she is a member since the sign-in, and the link is used up
    await louise.page.goto(link);
    await expect(louise.page.getByRole("heading", { name: louise.words.members.claimTitle })).toBeVisible();
    await louise.page.getByRole("main").getByRole("link", { name: louise.words.common.signIn }).click();
    await louise.choose("Louise Petit");
    await louise.join();
    await page.reload();
    await expect(page.getByRole("button", { name: filled(words.members.editOf, { name: "Louise Petit" }) })).toBeVisible();
  });

  await test.step("a link that was used is nobody else's", async () => {
    paul.witness.allow(/status of 4\d\d/);
    await paul.open();
    await paul.signIn("Paul Girard");
    await paul.page.goto(link);
    await expect(paul.page.getByRole("heading", { name: paul.words.members.claimFailed })).toBeVisible();
  });

  await test.step("the only owner stays one", async () => {
    await expect(page.getByRole("button", { name: filled(words.members.removeOf, { name: "Jeanne Morel" }) })).toBeVisible();
    jeanne.witness.allow(/status of 409/);
    await page.getByRole("button", { name: filled(words.members.removeOf, { name: "Jeanne Morel" }) }).click();
    await page.getByRole("dialog").getByRole("button", { name: words.members.remove, exact: true }).click();
    await expect(page.getByText(words.errors["last-owner"]).first()).toBeVisible();
  });
});

test("what happened is listed for hosts: who was there, when, and what was decided", async ({ welcome }) => {
  test.setTimeout(120_000);
  const [jeanne, samuel] = [await welcome(), await welcome()];
  const { page, words } = jeanne;
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Conseil", entry: "trusted" });
  await jeanne.enter(room);
  await samuel.enterLobby(room, "Samuel Ortiz");
  await page.getByRole("button", { name: filled(words.lobby.admitOne, { name: "Samuel Ortiz" }) }).click();
  await samuel.call.expectIn();
  await samuel.call.control("leave").click();
  await jeanne.call.control("leave").click();

  await jeanne.open(`/rooms/${room.slug}`);
  await page.getByRole("link", { name: anyOf(words.history.openOf) }).first().click();
  const row = page.getByRole("row").filter({ hasText: "Samuel Ortiz" });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(words.history.door.lobby);
  await expect(page.getByText(filled(words.history.act.admit, { actor: "Jeanne Morel", target: "Samuel Ortiz" }))).toBeVisible();

  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: words.history.download.csv }).click()]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  expect(lines.filter((line) => line.startsWith("participant,")).map((line) => line.split(",")[1]).sort(), "people").toEqual(["Jeanne Morel", "Samuel Ortiz"]);
  expect(lines.filter((line) => line.startsWith("act,Samuel Ortiz,")), "decisions about the guest").toHaveLength(1);

  await test.step("to a stranger there is no such meeting", async () => {
    samuel.witness.allow(/status of 40[134]/);
    await samuel.page.goto(page.url());
    await expect(samuel.page.getByText("Samuel Ortiz")).toHaveCount(0);
    await expect(samuel.page.getByRole("table")).toHaveCount(0);
  });
});
