import { expectAllAccessible, languages } from "../support/states.ts";
import { expect, test, type Welcome } from "../support/test.ts";
import type { Visitor } from "../support/visitor.ts";

// Each state is judged on four screens: see support/axe.ts.
test.describe.configure({ timeout: 300_000 });

type Language = (typeof languages)[number];

const heading = ({ page }: Visitor, name: string) => expect(page.getByRole("heading", { name })).toBeVisible();
const text = ({ page }: Visitor, what: string) => expect(page.getByText(what).first()).toBeVisible();
const knockButton = ({ page, words }: Visitor) => page.getByRole("button", { name: words.lobby.knock, exact: true });

/** A host who is signed in, and a guest. */
async function hostAndGuest(welcome: Welcome, language: Language): Promise<{ claire: Visitor; guest: Visitor }> {
  const [claire, guest] = [await welcome(language), await welcome(language)];
  await claire.open();
  await claire.signIn("Claire Vasseur");
  return { claire, guest };
}

for (const language of languages) {
  const spoken = language.locale.slice(0, 2);

  test(`waiting to be let in is accessible, and a host's no (${spoken})`, async ({ welcome }) => {
    const { claire, guest } = await hostAndGuest(welcome, language);
    const { page, words } = guest;
    guest.witness.allow(/status of (403|423|429)/, /ERR_FAILED/);
    const room = await claire.makeRoom({ name: "Cabinet", entry: "trusted" });
    const note = page.getByRole("textbox", { name: words.lobby.note });

    await expectAllAccessible(guest, [
      ["a door behind which one waits", async () => {
        await guest.open(`/${room.slug}`);
        await expect(knockButton(guest)).toBeVisible();
      }],
      ["waiting for a host's yes", async () => {
        await guest.enterLobby(room, "Nadia Benali");
        await text(guest, words.lobby.why.lobby);
      }],
      ["waiting, a line that is too long", async () => {
        await note.fill("Bonjour ".repeat(40));
        await page.getByRole("button", { name: words.lobby.noteSend }).click();
        await expect(note).toHaveAccessibleDescription(/200/);
        await expect(note).toHaveAttribute("aria-invalid", "true");
      }],
      ["waiting, a line that was passed on", async () => {
        await note.fill("Me Benali, avocate");
        await page.getByRole("button", { name: words.lobby.noteSend }).click();
        await text(guest, words.lobby.noteSent);
      }],
      ["waiting, the connection is lost", async () => {
        await page.route("**/events", (route) => route.abort());
        await guest.enterLobby(room, "Nadia Benali");
        await text(guest, words.lobby.lost);
      }],
      ["refused", async () => {
        await page.unroute("**/events");
        await claire.ask(room, "POST", "lobby/refuse", { all: true });
        await heading(guest, words.lobby.refusedTitle);
      }],
    ]);
  });

  test(`waiting for a host to come, and what was decided by one, is accessible (${spoken})`, async ({ welcome }) => {
    const { claire, guest } = await hostAndGuest(welcome, language);
    const { page, words } = guest;
    guest.witness.allow(/status of 403/, /^WebSocket connection to /);
    const room = await claire.makeRoom({ name: "Permanence numérique", entry: "public" });
    await claire.changeRoom(room, "PATCH", { opensWithHost: true });

    await expectAllAccessible(guest, [
      ["waiting for a host to come", async () => {
        await guest.enterLobby(room, "Nadia Benali");
        await text(guest, words.lobby.why.host);
      }],
    ]);
    await claire.enter(room);
    await guest.call.expectIn();
    await expectAllAccessible(guest, [
      ["sent back to wait", async () => {
        await claire.ask(room, "POST", `participants/${await claire.idOf(room, "Nadia Benali")}/lobby`, {});
        await text(guest, words.lobby.why.returned);
      }],
    ]);
    await claire.ask(room, "POST", "lobby/admit", { all: true });
    await guest.call.expectIn();
    await expectAllAccessible(guest, [
      ["removed from the call", async () => {
        await claire.ask(room, "POST", `participants/${await claire.idOf(room, "Nadia Benali")}/remove`, { block: false });
        await heading(guest, words.call.removed);
      }],
      ["waiting after a removal", async () => {
        await page.getByRole("button", { name: words.lobby.knock }).click();
        await page.getByRole("button", { name: words.lobby.knock }).or(page.getByRole("button", { name: words.prejoin.join, exact: true })).click();
        await text(guest, words.lobby.why.removed);
      }],
    ]);
  });

  test(`doors that stay shut are accessible (${spoken})`, async ({ welcome }) => {
    const { claire, guest } = await hostAndGuest(welcome, language);
    const { page, words } = guest;
    guest.witness.allow(/status of (403|409|423|429)/);
    const room = await claire.makeRoom({ name: "Permanence numérique", entry: "public" });
    const join = page.getByRole("button", { name: words.prejoin.join, exact: true });
    await claire.enter(room); // in an empty room there is nothing to lock
    /** The door is open when the page is read, and shut when one asks to enter. */
    const shutMeanwhile = async (status: number, code: string) => {
      await guest.refuseAtDoor({ status, code });
      await guest.open(`/${room.slug}`);
      await page.getByRole("textbox", { name: words.prejoin.name }).fill("Nadia Benali");
      await join.click();
    };

    await expectAllAccessible(guest, [
      ["locked meanwhile", async () => {
        await guest.open(`/${room.slug}`);
        await page.getByRole("textbox", { name: words.prejoin.name }).fill("Nadia Benali");
        await claire.ask(room, "POST", "lock", {});
        await join.click();
        await heading(guest, words.lobby.lockedTitle);
      }],
      ["locked", () => guest.open(`/${room.slug}`).then(() => text(guest, words.errors["room-locked"]))],
      ["full", async () => {
        await claire.ask(room, "POST", "unlock", {});
        await claire.changeRoom(room, "PATCH", { maxParticipants: 1 });
        await guest.open(`/${room.slug}`);
        await page.getByRole("textbox", { name: words.prejoin.name }).fill("Nadia Benali");
        await join.click();
        await heading(guest, words.lobby.fullTitle);
      }],
      ["a lobby that is full", () => shutMeanwhile(429, "lobby-full").then(() => heading(guest, words.lobby.crowdedTitle))],
      ["blocked", () => shutMeanwhile(403, "blocked").then(() => text(guest, words.errors.blocked))],
      ["a link that has ended", () => shutMeanwhile(403, "link-expired").then(() => text(guest, words.errors["link-expired"]))],
    ]);
  });
}
