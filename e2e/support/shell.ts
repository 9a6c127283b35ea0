import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

import { expect } from "@playwright/test";

/** A command that fails, or that the platform refuses, ends the shell. */
const strict = `set -euo pipefail
curl() { command curl --fail-with-body --silent --show-error "$@"; }
`;

/** A terminal into which somebody pastes commands, one block after the other. */
export class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  #said = "";
  #pastes = 0;

  constructor(folder: string) {
    this.#child = spawn("bash", [], { cwd: folder, env: { PATH: process.env["PATH"] } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on("data", (chunk: Buffer) => (this.#said += chunk.toString()));
    this.#child.stdin.on("error", () => undefined); // of a shell that ended: what it said tells why
    this.#child.stdin.write(strict);
  }

  /** Runs commands to their end, which must be a good one, and answers what they said. */
  async run(commands: string): Promise<string> {
    const before = this.#said.length;
    const end = `-- end of paste ${++this.#pastes} --`;
    this.#child.stdin.write(`${commands}\nprintf '\\n%s\\n' ${JSON.stringify(end)}\n`);
    const said = () => this.#said.slice(before);
    await expect.poll(() => said().includes(end) || this.#child.exitCode !== null, { message: commands, timeout: 30_000, intervals: [20] }).toBe(true);
    expect(this.#child.exitCode, `${commands}\n${said()}`).toBeNull();
    return said().replace(end, "").trim();
  }

  /** Runs a command that listens until it has heard something, and ends it as Ctrl-C would. */
  async listen(command: string, until: string): Promise<void> {
    await this.run(`coproc LISTENER { ${command.trim()}; }`);
    await this.run(`while read -r line <&"\${LISTENER[0]}"; do echo "$line"; case "$line" in ${JSON.stringify(until)}) break;; esac; done`);
    await this.run(`kill "$LISTENER_PID" && { wait "$LISTENER_PID" || true; }`);
  }

  /** What a variable of the shell holds. */
  async value(name: string): Promise<string> {
    return this.run(`printf '%s' "$${name}"`);
  }

  close(): void {
    this.#child.kill();
  }
}
