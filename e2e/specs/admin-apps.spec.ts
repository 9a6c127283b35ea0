import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Platform } from "../support/platform.ts";
import { run } from "../support/program.ts";
import { expect, test } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";

/** Software on loopback that answers challenges, and keeps what it was told. */
async function receiver(): Promise<{ url: string; told: string[]; close: () => void }> {
  const told: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const message = JSON.parse(body) as { type: string; data: { challenge?: string } };
      told.push(message.type);
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ challenge: message.data.challenge }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, told, close: () => server.close() };
}

/** Claims the platform with the code that the server prints. */
async function claim(visitor: Visitor, platform: Platform): Promise<void> {
  const printed = await run(["admin", "claim"], { PARVIS_DATA: platform.data, PARVIS_DATABASE_URL: `sqlite:${platform.data}/parvis.db` });
  const [code = ""] = /[A-Z2-9]{5}(-[A-Z2-9]{5}){3}/.exec(printed) ?? [];
  const { page, words } = visitor;

  await visitor.open("/admin/claim");
  await page.getByRole("textbox", { name: words.admin.claim.code }).fill(code);
  await page.getByRole("button", { name: words.admin.claim.confirm }).click();
  await expect(page.getByRole("navigation", { name: words.admin.sections })).toBeVisible();
}

test("an org-admin makes software that plans a room, and a webhook whose deliveries are seen", async ({ welcome }) => {
  test.setTimeout(180_000);
  const hears = await receiver();
  const platform = await Platform.start({ settings: { PARVIS_WEBHOOK_ALLOW: "127.0.0.0/8" } });
  try {
    const [jeanne, paul] = [await welcome({ at: platform }), await welcome({ at: platform })];
    await jeanne.open();
    await jeanne.signIn("Jeanne Morel");
    await paul.open();
    await paul.signIn("Paul Girard");
    await claim(paul, platform);
    const api = `${platform.url}/api/v1`;
    const me = (await (await jeanne.context.request.get(`${api}/me`)).json()) as { person: { id: string }; organization: { id: string } };
    const given = await paul.context.request.put(`${api}/appointments`, {
      data: { person: me.person.id, role: "org-admin", organization: me.organization.id },
      headers: { Origin: platform.url },
    });
    expect(given.status(), await given.text()).toBeLessThan(300);

    const { page, words } = jeanne;
    const apps = words.admin.apps;
    let client = { id: "", secret: "" };
    await test.step("an account is made on screen, and its secret shown once", async () => {
      await jeanne.open("/admin/apps");
      await page.getByRole("link", { name: apps.new }).click();
      await page.getByRole("textbox", { name: apps.nameField, exact: true }).fill("Agenda");
      await page.getByRole("checkbox", { name: apps.scopes.roomsWrite }).check();
      await page.getByRole("button", { name: apps.make }).click();
      const secret = await page.getByRole("textbox", { name: apps.shown.secret }).inputValue();
      const href = (await page.getByRole("link", { name: apps.toAccount }).getAttribute("href")) ?? "";
      client = { id: href.split("/").at(-1) ?? "", secret };
      await page.getByRole("link", { name: apps.toAccount }).click();
      await expect(page.getByRole("heading", { name: "Agenda" })).toBeVisible();
      await expect(page.getByText(secret)).toHaveCount(0);
    });

    await test.step("software gets a token by the secret, and makes a room by REST", async () => {
      const basic = Buffer.from(`${client.id}:${client.secret}`).toString("base64");
      const token = await fetch(`${platform.url}/oauth/token`, {
        method: "POST",
        headers: { Authorization: `Basic ${basic}`, "Content-Type": "application/x-www-form-urlencoded" },
        body: "grant_type=client_credentials",
      });
      expect(token.status).toBe(200);
      const { access_token } = (await token.json()) as { access_token: string };
      const room = await fetch(`${api}/rooms`, {
        method: "POST",
        headers: { Authorization: `Bearer ${access_token}`, "Content-Type": "application/json", "Idempotency-Key": "one" },
        body: JSON.stringify({ name: "Entretien" }),
      });
      expect(room.status, await room.text()).toBe(201);
    });

    const hooks = words.admin.webhooks;
    await test.step("a webhook is made on screen; it answers its challenge", async () => {
      await jeanne.open("/admin/webhooks/new");
      await page.getByRole("combobox", { name: hooks.account }).selectOption(client.id);
      await page.getByRole("textbox", { name: hooks.url, exact: true }).fill(hears.url);
      await page.getByRole("button", { name: hooks.make }).click();
      await expect(page.getByRole("textbox", { name: hooks.shown.secret })).toHaveValue(/^whsec_/);
      await expect.poll(() => hears.told, "the challenge came").toContain("webhook.challenge");
      await page.getByRole("link", { name: hooks.toWebhook }).click();
    });

    await test.step("a test is sent, and stands among the deliveries", async () => {
      await expect(async () => {
        await page.reload();
        await expect(page.getByRole("button", { name: hooks.test })).toBeVisible({ timeout: 2_000 });
      }).toPass({ timeout: 30_000 });
      await page.getByRole("button", { name: hooks.test }).click();
      await expect.poll(() => hears.told, "the test came").toContain("webhook.test");
      await expect(async () => {
        await page.getByRole("button", { name: hooks.refresh }).click();
        await expect(page.getByRole("row", { name: new RegExp(hooks.events.webhook.test) })).toContainText(hooks.results.delivered, { timeout: 1_000 });
      }).toPass({ timeout: 30_000 });
    });
  } finally {
    hears.close();
    await platform.stop();
  }
});
