import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Platform } from "../support/platform.ts";
import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";
import { filled } from "../support/words.ts";

test("a guest who waits proves an e-mail address, and the host sees it", async ({ welcome, platform }) => {
  test.setTimeout(120_000);
  const [jeanne, samuel] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted" });
  await jeanne.enter(room);
  await jeanne.call.peopleButton.click();
  await samuel.enterLobby(room, "Samuel Ortiz");
  await expect(jeanne.page.getByText(jeanne.words.lobby.who.unknown).first()).toBeVisible();

  const { prove } = samuel.words.lobby;
  await samuel.page.getByRole("button", { name: prove.open }).click();
  await expect(samuel.page.getByRole("textbox", { name: prove.email })).toBeFocused();
  await askForCode(samuel, "samuel.ortiz@barreau.example");
  const sent = await codeMailedTo(platform, "samuel.ortiz@barreau.example");
  await mistype(samuel, sent);
  await type(samuel, sent);
  await expect(samuel.page.getByText(filled(prove.done, { email: "samuel.ortiz@barreau.example" }))).toBeFocused();

  await expect(jeanne.page.getByText("samuel.ortiz@barreau.example").first()).toBeVisible();
  await expect(jeanne.page.getByText(jeanne.words.lobby.who.email).first()).toBeVisible();
  await jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.admitOne, { name: "Samuel Ortiz" }) }).first().click();
  await samuel.call.expectIn();
  expect(samuel.site.said()).not.toContain("samuel.ortiz");
});

test("a room that asks for an address hears of nobody without one, and its host decides about who has", async ({ welcome, platform }) => {
  test.setTimeout(120_000);
  const [jeanne, samuel] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "trusted", minAssurance: "email" });
  await jeanne.enter(room);
  await jeanne.call.peopleButton.click();
  const admit = jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.admitOne, { name: "Samuel Ortiz" }) }).first();

  await test.step("the guest is told so at the door, and asked for the address before anything else", async () => {
    await knockAtAddress(samuel, room.slug);
    await expect(samuel.page.getByText("Cabinet")).toHaveCount(0);
    await expect(samuel.page.getByRole("textbox", { name: samuel.words.lobby.note })).toHaveCount(0);
    expect(await jeanne.waiting(room), "who waits, as hosts are told").toEqual([]);
  });

  await test.step("an address alone is no proof, nor is a wrong code, and the host still hears of nobody", async () => {
    await askForCode(samuel, "s.ortiz@barreau.example");
    await mistype(samuel, await codeMailedTo(platform, "s.ortiz@barreau.example"));
    expect(await jeanne.waiting(room), "who waits, as hosts are told").toEqual([]);
    await expect(admit).toHaveCount(0);
  });

  await test.step("with the code the guest waits, and the host sees the address and decides", async () => {
    await type(samuel, await codeMailedTo(platform, "s.ortiz@barreau.example"));
    await expect(samuel.page.getByText(samuel.words.lobby.why.lobby)).toBeVisible();
    await expect(jeanne.page.getByText("s.ortiz@barreau.example").first()).toBeVisible();
    await admit.click();
    await samuel.call.expectIn();
  });
});

test("who proves an address to a room that is open to all is in without anybody's yes", async ({ welcome, platform }) => {
  const [jeanne, samuel] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Permanence", entry: "public", minAssurance: "email" });
  await jeanne.enter(room);
  await knockAtAddress(samuel, room.slug);
  await askForCode(samuel, "ortiz@barreau.example");
  await type(samuel, await codeMailedTo(platform, "ortiz@barreau.example"));
  await samuel.call.expectIn();
  await expect(jeanne.call.tile("Samuel Ortiz")).toBeVisible();
});

/** Goes to a room that asks for an address, as far as the form for it. */
async function knockAtAddress(visitor: Visitor, slug: string): Promise<void> {
  await visitor.open(`/${slug}`);
  await expect(visitor.page.getByText(visitor.words.prejoin.emailAsked)).toBeVisible();
  await visitor.page.getByRole("textbox", { name: visitor.words.prejoin.name }).fill("Samuel Ortiz");
  await expect(visitor.page.getByLabel(visitor.words.prejoin.preview)).toBeVisible();
  await visitor.page.getByRole("button", { name: visitor.words.prejoin.join, exact: true }).click();
  await expect(visitor.page.getByText(visitor.words.lobby.why.email)).toBeVisible();
}

/** Types an address where it is asked for, and holds that the code is asked for next. */
async function askForCode(visitor: Visitor, email: string): Promise<void> {
  const { prove } = visitor.words.lobby;
  await visitor.page.getByRole("textbox", { name: prove.email }).fill(email);
  await visitor.page.keyboard.press("Enter");
  await expect(visitor.page.getByRole("textbox", { name: prove.code })).toBeFocused();
}

async function type(visitor: Visitor, code: string): Promise<void> {
  await visitor.page.getByRole("textbox", { name: visitor.words.lobby.prove.code }).fill(code);
  await visitor.page.keyboard.press("Enter");
}

/** Types another code than the one that was sent, and holds that it is refused with a reason. */
async function mistype(visitor: Visitor, sent: string): Promise<void> {
  visitor.witness.allow(/status of 422/);
  await type(visitor, sent === "000000" ? "000001" : "000000");
  await expect(visitor.page.getByText(visitor.words.errors["code-invalid"])).toBeVisible();
}

/** The demonstration writes its mail into a folder. */
async function codeMailedTo(platform: Platform, email: string): Promise<string> {
  const folder = join(platform.data, "mail");
  const mails = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")).map((name) => readFileSync(join(folder, name), "utf8")) : []);
  const mailed = () => mails().find((mail) => mail.includes(`<${email}>`));
  await expect.poll(mailed, `a mail to ${email} was written`).toBeDefined();
  const [, code] = /^ {4}(\d{6})\r?$/m.exec(mailed() ?? "") ?? [];
  expect(code, "the mail says a code").toBeDefined();
  return code ?? "";
}
