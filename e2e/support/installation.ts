import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import type { Page } from "@playwright/test";

import { freePort } from "./ports.ts";
import { Program, run } from "./program.ts";
import type { Site } from "./visitor.ts";

const secret = "a secret of the tests, longer than 32 characters";

/**
 * A `parvis serve` that much is missing to: of its two providers one does not answer, the other (e2e/op) knows people
 * whom the rules do not let in, and there is no media server. Its refusals of a sign-in are what it is for.
 */
export class Installation implements Site {
  readonly url: string;

  private constructor(
    port: number,
    private readonly issuer: string,
    private readonly data: string,
    private readonly serve: Program,
    private readonly provider: ChildProcess,
  ) {
    this.url = `http://localhost:${port}`;
  }

  static async start(): Promise<Installation> {
    const port = await freePort();
    const data = mkdtempSync(join(tmpdir(), "parvis-e2e-"));
    const url = `http://localhost:${port}`;
    const { provider, issuer } = await startProvider(url);
    const settings = {
      PARVIS_URL: url,
      PARVIS_DATABASE_URL: `sqlite:${join(data, "parvis.db")}`,
      PARVIS_SECRET: secret,
      PARVIS_LIVEKIT_URL: "http://127.0.0.1:1",
      PARVIS_LIVEKIT_API_KEY: "key",
      PARVIS_LIVEKIT_API_SECRET: secret,
      PARVIS_OIDC_OP_ISSUER: issuer,
      PARVIS_OIDC_OP_CLIENT_ID: "parvis",
      PARVIS_OIDC_OP_CLIENT_SECRET: secret,
      PARVIS_OIDC_OP_LABEL: "Test provider",
      PARVIS_OIDC_OP_ACR_VALUES: "eidas1 eidas2",
      PARVIS_OIDC_OP_ACR_REQUIRED: "eidas2",
      PARVIS_OIDC_AWAY_ISSUER: "http://127.0.0.1:1",
      PARVIS_OIDC_AWAY_CLIENT_ID: "parvis",
      PARVIS_OIDC_AWAY_CLIENT_SECRET: secret,
      PARVIS_OIDC_AWAY_LABEL: "Provider that is away",
      PARVIS_OIDC_ALLOW: "siret=11001401600015",
    };
    await run(["migrate"], { ...settings, PARVIS_DATA: data });
    const serve = await Program.start(["serve"], { data, port, settings });
    return new Installation(port, issuer, data, serve, provider);
  }

  get hosts(): string[] {
    return [new URL(this.url).host, new URL(this.issuer).host];
  }

  /** Answers the provider's form as a person of e2e/op/people.mjs. */
  async answer(page: Page, person: "ada" | "bea" | "sam", answer: "Sign in" | "Refuse" = "Sign in"): Promise<void> {
    await page.getByLabel("Person").selectOption(person);
    await page.getByRole("button", { name: answer }).click();
  }

  said(): string {
    return this.serve.said();
  }

  async stop(): Promise<void> {
    await this.serve.stop();
    const exit = once(this.provider, "exit");
    this.provider.stdin?.end();
    await exit;
    rmSync(this.data, { recursive: true });
  }
}

async function startProvider(url: string): Promise<{ provider: ChildProcess; issuer: string }> {
  const client = {
    client_id: "parvis",
    client_secret: secret,
    redirect_uris: [`${url}/auth/callback/op`],
    post_logout_redirect_uris: [`${url}/auth/logged-out`],
    userinfo_signed_response_alg: "RS256",
  };
  const provider = spawn(process.execPath, [resolve(import.meta.dirname, "../op/server.mjs")], {
    env: { PATH: process.env["PATH"], OP_CLIENTS: JSON.stringify([client]) },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const [line] = (await once(createInterface(provider.stdout), "line")) as [string];
  return { provider, issuer: line.replace("issuer ", "") };
}
