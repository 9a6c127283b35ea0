import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect } from "@playwright/test";

export const program = resolve(import.meta.dirname, "../../bin/parvis");

/** A `parvis` that runs: with the settings that it was given and none of the person's who runs the tests. */
export class Program {
  private constructor(readonly child: ChildProcess, private readonly data: string) {}

  /** Starts it and waits until it is ready on its port. */
  static async start(args: string[], { data, port, settings = {} }: { data: string; port: number; settings?: Record<string, string> }): Promise<Program> {
    const child = spawn(program, args, {
      env: withSettings({ PARVIS_DATA: data, PARVIS_LISTEN: `127.0.0.1:${port}`, ...settings }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new Program(child, data);
    const log = createWriteStream(started.#log);
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const answer = async () => {
      if (child.exitCode !== null) throw new Error(`parvis ${args[0]} ended with ${child.exitCode}:\n${started.said()}`);
      return fetch(`http://127.0.0.1:${port}/readyz`).then((r) => r.status, () => 0);
    };
    await expect.poll(answer, { message: `parvis ${args[0]} is ready`, timeout: 30_000, intervals: [20] }).toBe(200);
    return started;
  }

  /** Ends it as Ctrl-C would and holds that it ends well. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exit = once(this.child, "exit");
      this.child.kill("SIGTERM");
      await exit;
    }
    expect(this.child.exitCode, `exit code; it said:\n${this.said()}`).toBe(0);
  }

  /** What it printed and logged so far. */
  said(): string {
    return [this.#log, join(this.data, "parvis.log")].filter(existsSync).map((file) => readFileSync(file, "utf8")).join("");
  }

  get #log(): string {
    return join(this.data, "e2e.log");
  }
}

/** Runs a sub-command to its end, which must be a good one, and answers what it printed. */
export async function run(args: string[], settings: Record<string, string>): Promise<string> {
  const child = spawn(program, args, { env: withSettings(settings), stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = await once(child, "exit");
  expect(code, `parvis ${args.join(" ")}`).toBe(0);
  return printed;
}

function withSettings(settings: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PARVIS_"));
  return { ...Object.fromEntries(inherited), ...settings };
}
