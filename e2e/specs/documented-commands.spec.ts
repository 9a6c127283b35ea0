import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { type Block, blocksOf } from "../support/documentation.ts";
import type { Platform } from "../support/platform.ts";
import { program } from "../support/program.ts";
import { Shell } from "../support/shell.ts";
import { expect, test, type Welcome } from "../support/test.ts";
import type { RoomSeen } from "../support/visitor.ts";

/** Whom the commands of hosts are tried on; they rename them, too. */
const guest = "Bernard";

/** A reader of the documentation: a folder with the program in it, and a terminal. */
class Reader {
  readonly shell: Shell;

  constructor(readonly folder: string, private readonly platform: Platform, private readonly welcome: Welcome) {
    mkdirSync(folder);
    symlinkSync(dirname(program), join(folder, "bin"));
    symlinkSync(platform.data, join(folder, "data"));
    this.shell = new Shell(folder);
  }

  /** Pastes every block of a page, in order, once the world is as the text before it says. */
  async follow(page: string): Promise<void> {
    for (const block of blocksOf(page)) {
      await test.step(block.heading, async () => {
        await this.#before(block);
        const commands = block.commands.replaceAll("http://localhost:8080", this.platform.url);
        await (commands.includes("--no-buffer") ? this.shell.listen(commands, "event: lobby") : this.shell.run(commands));
      });
    }
  }

  /** Does what other people do meanwhile. */
  async #before({ heading, commands }: Block): Promise<void> {
    if (commands.includes("/people") && heading === "For a person") await this.#colleagueSignsIn();
    if (commands.includes("/lobby/admit")) await this.#guestsKnock();
    if (commands.includes("/remove")) await this.#guestIsLetInAgain();
    if (commands.includes("> participants.json")) await this.#guestIs("participants");
  }

  async #colleagueSignsIn(): Promise<void> {
    const amine = await this.welcome();
    await amine.open();
    await amine.signIn("Amine Kader");
  }

  async #guestsKnock(): Promise<void> {
    const room = { slug: await this.shell.value("SLUG") } as RoomSeen;
    const page = await this.welcome();
    page.witness.allow(/status of 403/, /status of 404 .*\/events/, /^WebSocket connection to /); // sent back, and removed
    await page.enterLobby(room, `Me ${guest}`);
    await page.knock(room, "Somebody else");
  }

  async #guestIsLetInAgain(): Promise<void> {
    await this.#guestIs("lobby");
    await this.shell.run(`curl --request POST "$ROOM/lobby/admit" --header "$AUTH" --header "$JSON" --data '{"all": true}'`);
  }

  /** Waits until the guest is in a list of the room. */
  async #guestIs(list: "lobby" | "participants"): Promise<void> {
    const items = () => this.shell.run(`curl "$ROOM/${list}" --header "$AUTH"`);
    await expect.poll(items, { message: `the guest is in the list: ${list}`, timeout: 20_000 }).toContain(guest);
  }

  answer(file: string): Record<string, unknown> {
    return JSON.parse(readFileSync(join(this.folder, file), "utf8"));
  }
}

test("every command of the guide for integrators, and of webhooks, runs as it stands", async ({ platform, welcome }) => {
  test.setTimeout(180_000);
  const reader = new Reader(test.info().outputPath("clone"), platform, welcome);
  try {
    await reader.follow("integrators.md");
    await reader.follow("webhooks.md");
  } finally {
    reader.shell.close();
  }

  const calendar = readFileSync(join(reader.folder, "calendar.ics"), "utf8");
  expect(calendar).toContain("RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=TU");
  expect(calendar).toContain("DTSTART;TZID=Europe/Paris:20301126T140000");
  expect(calendar).toContain("EXDATE;TZID=Europe/Paris:20301224T090000");
  expect(reader.answer("planned.json")).toMatchObject({ externalId: "agenda-sg-2030-118", title: "Comité de pilotage" });
  expect(reader.answer("hearing.json")).toMatchObject({ title: "Audience 26/118", access: { passcodeRequired: true } });
  expect(reader.answer("webhook.json")).toMatchObject({ state: "pending", secret: expect.stringMatching(/^whsec_/) });
});
