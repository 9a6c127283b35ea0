import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Platform } from "../support/platform.ts";
import { expect, test } from "../support/test.ts";
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
  await samuel.page.keyboard.type("samuel.ortiz@barreau.example");
  await samuel.page.keyboard.press("Enter");
  const code = samuel.page.getByRole("textbox", { name: prove.code });
  await expect(code).toBeFocused();
  samuel.witness.allow(/status of 422/);
  const sent = await codeOfTheLastMail(platform);
  await code.fill(sent === "000000" ? "000001" : "000000");
  await samuel.page.keyboard.press("Enter");
  await expect(samuel.page.getByText(samuel.words.errors["code-invalid"])).toBeVisible();
  await code.fill(sent);
  await samuel.page.keyboard.press("Enter");
  await expect(samuel.page.getByText(filled(prove.done, { email: "samuel.ortiz@barreau.example" }))).toBeFocused();

  await expect(jeanne.page.getByText("samuel.ortiz@barreau.example").first()).toBeVisible();
  await expect(jeanne.page.getByText(jeanne.words.lobby.who.email).first()).toBeVisible();
  await jeanne.page.getByRole("button", { name: filled(jeanne.words.lobby.admitOne, { name: "Samuel Ortiz" }) }).first().click();
  await samuel.call.expectIn();
  expect(samuel.site.said()).not.toContain("samuel.ortiz");
});

/** The demonstration writes its mail into a folder. */
async function codeOfTheLastMail(platform: Platform): Promise<string> {
  const folder = join(platform.data, "mail");
  const mails = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")).sort() : []);
  await expect.poll(() => mails().length, "a mail was written").toBeGreaterThan(0);
  const [, code] = /^ {4}(\d{6})\r?$/m.exec(readFileSync(join(folder, mails().at(-1) ?? ""), "utf8")) ?? [];
  expect(code, "the mail says a code").toBeDefined();
  return code ?? "";
}
