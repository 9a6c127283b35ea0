import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "@playwright/test";

import { freePort, taken } from "./ports.ts";
import { alive, childOf } from "./processes.ts";
import { Program } from "./program.ts";
import type { Site } from "./visitor.ts";

/** All is chosen freely unless said. */
export interface PlatformOptions {
  port?: number;
  /** The port that browsers use when it is not the one that the platform listens on: see Wire. */
  publicPort?: number;
  providerPort?: number;
  /** The data folder of a platform that was stopped with keepData. */
  data?: string;
  settings?: Record<string, string>;
}

/** One `parvis demo` of its own: free ports, a data folder that goes away with it. */
export class Platform implements Site {
  readonly url: string;
  readonly #ports: number[];

  private constructor(
    readonly port: number,
    readonly providerPort: number,
    readonly sfuPort: number,
    publicPort: number,
    readonly data: string,
    private readonly demo: Program,
  ) {
    this.url = `http://localhost:${publicPort}`;
    this.#ports = [port, providerPort, sfuPort];
  }

  static async start(options: PlatformOptions = {}): Promise<Platform> {
    const port = options.port ?? (await freePort());
    const publicPort = options.publicPort ?? port;
    const providerPort = options.providerPort ?? (await freePort());
    const sfuPort = await freePort();
    const data = options.data ?? mkdtempSync(join(tmpdir(), "parvis-e2e-"));
    const flags = [
      `--idp-listen=127.0.0.1:${providerPort}`,
      `--sfu-port=${sfuPort}`,
      `--sfu-udp-port=${await freePort("udp")}`,
      `--sfu-turn-port=${await freePort("udp")}`,
    ];
    const demo = await Program.start(["demo", ...flags], { data, port, settings: { PARVIS_URL: `http://localhost:${publicPort}`, ...options.settings } });
    return new Platform(port, providerPort, sfuPort, publicPort, data, demo);
  }

  get hosts(): string[] {
    return [new URL(this.url).host, `localhost:${this.providerPort}`, `127.0.0.1:${this.providerPort}`];
  }

  /** The process id of the media server, once there is one. */
  async sfu(): Promise<number> {
    let pid: number | undefined;
    await expect.poll(() => (pid = this.#sfuNow()), "the media server runs").toBeDefined();
    return pid ?? 0;
  }

  /** Key and secret of the media server, for pages that speak to it without the platform. */
  mediaKeys(): { livekitKey: string; livekitSecret: string } {
    return JSON.parse(readFileSync(join(this.data, "demo.json"), "utf8"));
  }

  /** Ends it as Ctrl-C would and holds that nothing stays: exit 0, no media server, ports free. */
  async stop({ keepData = false } = {}): Promise<void> {
    const sfu = this.#sfuNow();
    await this.demo.stop();
    if (sfu !== undefined) expect(alive(sfu), "the media server stops with its parent").toBe(false);
    for (const port of this.#ports) {
      await expect.poll(() => taken(port), `port ${port} is free again`).toBe(false);
    }
    if (!keepData) rmSync(this.data, { recursive: true });
  }

  said(): string {
    return this.demo.said();
  }

  #sfuNow(): number | undefined {
    return childOf(this.demo.child.pid ?? 0, "parvis-sfu");
  }
}
