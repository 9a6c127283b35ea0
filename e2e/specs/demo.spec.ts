import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

import { expectMoving } from "../support/media.ts";
import { Platform } from "../support/platform.ts";
import { freePort } from "../support/ports.ts";
import { program } from "../support/program.ts";
import { expect, test } from "../support/test.ts";

test("the platform is stopped during a call and started again: nothing is lost", async ({ welcome }) => {
  const port = await freePort();
  let platform = await Platform.start({ port });
  const [jeanne, amine] = [await welcome({ at: platform }), await welcome({ at: platform })];
  for (const visitor of [jeanne, amine]) {
    // What the browser itself writes while nothing answers.
    visitor.witness.allow(/^WebSocket connection to /, /net::ERR_CONNECTION_REFUSED/, /^Failed to load resource: the server responded with a status of 50[234]/);
  }
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Qui dure" });
  await jeanne.enter(room);
  await amine.open();
  await amine.signIn("Amine Kader");
  await amine.enter(room);
  await expectMoving(jeanne.call.video("Amine Kader"));

  await platform.stop({ keepData: true });
  platform = await Platform.start({ port, data: platform.data, providerPort: platform.providerPort });
  await test.step("those in the call come back by themselves", async () => {
    await expect(jeanne.call.video("Amine Kader")).toBeVisible({ timeout: 30_000 });
    await expectMoving(jeanne.call.video("Amine Kader"), 30_000);
  });
  await jeanne.open();
  await expect(jeanne.page.getByText("Qui dure").first()).toBeVisible();
  for (const visitor of [jeanne, amine]) await visitor.context.close();
  await platform.stop();
});

test("a port that is taken is one sentence", async () => {
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
  const address = squatter.address();
  const port = typeof address === "object" ? address?.port : 0;
  const child = spawn(program, ["demo"], { env: { PATH: process.env["PATH"], PARVIS_LISTEN: `127.0.0.1:${port}`, PARVIS_DATA: test.info().outputPath("data") } });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, "exit");
  squatter.close();
  expect(code).toBe(1);
  expect(said.trim()).toMatch(new RegExp(`^parvis: 127\\.0\\.0\\.1:${port} is taken by another program: .*PARVIS_LISTEN$`));
});
