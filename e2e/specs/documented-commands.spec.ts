import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { commandsOf } from "../support/documentation.ts";
import { program } from "../support/program.ts";
import { expect, test } from "../support/test.ts";

/** A command that fails, or that the platform refuses, ends the shell. */
const strict = `set -euo pipefail
curl() { command curl --fail-with-body --silent --show-error "$@"; }
`;

test("the ten minutes of the integrators' guide run as they stand", async ({ platform }) => {
  const folder = test.info().outputPath("clone");
  mkdirSync(folder);
  symlinkSync(dirname(program), join(folder, "bin"));
  symlinkSync(platform.data, join(folder, "data"));
  const commands = commandsOf("integrators.md", "Ten minutes").replaceAll("http://localhost:8080", platform.url);
  const shell = spawn("bash", ["-c", strict + commands], { cwd: folder, env: { PATH: process.env["PATH"] }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(shell, "close");
  expect(code, said).toBe(0);

  const calendar = said.slice(said.indexOf("BEGIN:VCALENDAR"));
  expect(calendar).toContain("RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=TU");
  expect(calendar).toContain("DTSTART;TZID=Europe/Paris:20301126T140000");
  expect(calendar).toContain("EXDATE;TZID=Europe/Paris:20301224T090000");
  const planned = JSON.parse(readFileSync(join(folder, "planned.json"), "utf8"));
  expect(planned).toMatchObject({ externalId: "copil-2030", title: "Comité de pilotage" });
});
