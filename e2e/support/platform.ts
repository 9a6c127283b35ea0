import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { expect } from "@playwright/test";

import { freePort, taken } from "./ports.ts";
import { alive, childOf } from "./processes.ts";

export const program = resolve(import.meta.dirname, "../../bin/parvis");

/** All is chosen freely unless said. */
export interface PlatformOptions {
  port?: number;
  /** The port that browsers use when it is not the one that the platform listens on: see Wire. */
  publicPort?: number;
  providerPort?: number;
  /** The data folder of a platform that was stopped with keepData. */
  data?: string;
}

/** One `parvis demo` of its own: free ports, a data folder that goes away with it. */
export class Platform {
  readonly url: string;
  readonly #ports: number[];

  private constructor(
    readonly port: number,
    readonly providerPort: number,
    readonly sfuPort: number,
    publicPort: number,
    readonly data: string,
    readonly child: ChildProcess,
    readonly log: string,
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
    const child = spawn(program, ["demo", ...flags], {
      env: {
        ...withoutSettings(process.env),
        PARVIS_LISTEN: `127.0.0.1:${port}`,
        PARVIS_URL: `http://localhost:${publicPort}`,
        PARVIS_DATA: data,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = join(data, "e2e.log");
    const written = createWriteStream(log);
    child.stdout.pipe(written, { end: false });
    child.stderr.pipe(written, { end: false });
    const platform = new Platform(port, providerPort, sfuPort, publicPort, data, child, log);
    await platform.#ready();
    return platform;
  }

  /** The hosts that a browser may speak to: the platform and, to sign in, the development provider. */
  get hosts(): string[] {
    return [new URL(this.url).host, `localhost:${this.providerPort}`, `127.0.0.1:${this.providerPort}`];
  }

  /** The process id of the media server, once there is one. */
  async sfu(): Promise<number> {
    let pid: number | undefined;
    await expect.poll(() => (pid = childOf(this.child.pid ?? 0, "parvis-sfu")), "the media server runs").toBeDefined();
    return pid ?? 0;
  }

  /** Key and secret of the media server, for pages that speak to it without the platform. */
  mediaKeys(): { livekitKey: string; livekitSecret: string } {
    return JSON.parse(readFileSync(join(this.data, "demo.json"), "utf8"));
  }

  /** Runs a sub-command on this platform's data and answers what it printed. */
  async command(...args: string[]): Promise<string> {
    const child = spawn(program, args, {
      env: { ...withoutSettings(process.env), PARVIS_DATA: this.data, PARVIS_URL: this.url },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const [code] = await once(child, "exit");
    expect(code, `parvis ${args.join(" ")}`).toBe(0);
    return printed;
  }

  /** Ends it as Ctrl-C would and holds that nothing stays: exit 0, no media server, ports free. */
  async stop({ keepData = false } = {}): Promise<void> {
    const sfu = childOf(this.child.pid ?? 0, "parvis-sfu");
    if (this.child.exitCode === null) {
      const exit = once(this.child, "exit");
      this.child.kill("SIGTERM");
      await exit;
    }
    expect(this.child.exitCode, `exit code of parvis demo; it said:\n${this.said()}`).toBe(0);
    if (sfu !== undefined) expect(alive(sfu), "the media server stops with its parent").toBe(false);
    for (const port of this.#ports) {
      await expect.poll(() => taken(port), `port ${port} is free again`).toBe(false);
    }
    if (!keepData) rmSync(this.data, { recursive: true });
  }

  /** What it printed and logged so far. */
  said(): string {
    const logged = join(this.data, "parvis.log");
    return readFileSync(this.log, "utf8") + (existsSync(logged) ? readFileSync(logged, "utf8") : "");
  }

  async #ready(): Promise<void> {
    const answer = async () => {
      if (this.child.exitCode !== null) throw new Error(`parvis demo ended with ${this.child.exitCode}:\n${this.said()}`);
      return fetch(`http://127.0.0.1:${this.port}/readyz`).then((r) => r.status, () => 0);
    };
    await expect.poll(answer, { message: "parvis demo is ready", timeout: 30_000, intervals: [20] }).toBe(200);
  }
}

/** Settings of the person who runs the tests are not the tests' settings. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("PARVIS_")));
}
