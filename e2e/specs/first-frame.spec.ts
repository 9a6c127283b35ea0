import type { Page } from "@playwright/test";

import { BarePage } from "../support/bare-page.ts";
import { expectMoving } from "../support/media.ts";
import { expect, test } from "../support/test.ts";
import type { RoomSeen, Visitor } from "../support/visitor.ts";
import { filled } from "../support/words.ts";

// Of joining, the ratio is reported and not gated: a shared machine is too noisy for one as narrow. What Parvis wants is at
// most 1.2.
const pairs = Number(process.env["PARVIS_TEST_PAIRS"] ?? 3);

// Of being let in, the middle of several must be under 1.5 s. Half of that is what the bare page may take, whose time tells
// what the machine can do just now: a machine that is too busy for it has as much again for the rest, and one that needs
// less has no second to lose either.
const admissions = 5; // an odd number
const beyondBare = 750;

test("from the click on Join to the first picture, next to a bare page on the same media server", async ({ welcome, platform }) => {
  test.setTimeout(60_000 + pairs * 30_000);
  const bare = await BarePage.serve(platform);
  const jeanne = await welcome();
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Mesure", entry: "public" });
  const opaque = await enterAndTell(jeanne, room);
  await jeanne.call.expectIn();

  const times = { ours: [] as number[], bare: [] as number[] };
  for (let pair = 0; pair < pairs; pair++) {
    const guest = await welcome();
    await guest.open(`/${room.slug}`);
    await guest.page.getByRole("textbox", { name: guest.words.prejoin.name }).fill("Nadia Benali");
    await expect(guest.page.getByLabel(guest.words.prejoin.preview)).toBeVisible();
    times.ours.push(await firstFrame(guest.page, guest.words.prejoin.join));
    if (pair === 0) await expectMoving(guest.call.video("Jeanne Morel"));
    await guest.context.close();

    times.bare.push(await bareFrame(await welcome(), bare, opaque));
  }
  await bare.close();

  const ratio = median(times.ours) / median(times.bare);
  const told = `click to first remote frame: ours ${spread(times.ours)}, bare ${spread(times.bare)}, ratio ${ratio.toFixed(2)}`;
  console.log(told);
  test.info().annotations.push({ type: "measured", description: told });
});

test("from a host's click on Admit to the guest's first picture, a second and a half are not over", async ({ welcome, platform }) => {
  test.setTimeout(60_000 + admissions * 30_000);
  const bare = await BarePage.serve(platform);
  const jeanne = await welcome();
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Mesure", entry: "trusted" });
  const opaque = await enterAndTell(jeanne, room);
  await jeanne.call.expectIn();

  const times = { ours: [] as number[], bare: [] as number[] };
  for (let turn = 0; turn < admissions; turn++) {
    times.ours.push(await admittedFrame(jeanne, await welcome(), room));
    times.bare.push(await bareFrame(await welcome(), bare, opaque));
  }
  await bare.close();

  const told = `click on admit to first remote frame: ours ${spread(times.ours)}, bare ${spread(times.bare)}`;
  console.log(told);
  test.info().annotations.push({ type: "measured", description: told });
  const machine = median(times.bare);
  expect(median(times.ours), told).toBeLessThan(machine + Math.max(machine, beyondBare));
});

/** Has a guest wait and lets them in; answers the milliseconds from the host's click until the guest has a remote frame. */
async function admittedFrame(host: Visitor, guest: Visitor, room: RoomSeen): Promise<number> {
  await guest.enterLobby(room, "Nadia Benali");
  await guest.page.evaluate(() => document.fonts.ready);
  await host.page.getByRole("button", { name: filled(host.words.lobby.admitOne, { name: "Nadia Benali" }) }).click();
  const clicked = await host.page.evaluate(() => performance.timeOrigin + window.__witness.clickedAt);
  await expectFirstFrame(guest.page);
  const shown = await guest.page.evaluate(() => performance.timeOrigin + window.__witness.firstFrameAt);
  await guest.context.close();
  return shown - clicked;
}

/**
 * The same on the bare page. The platform removes from its rooms whoever came past the gate, as this page does, at each
 * of its sweeps: one that was hit by a sweep is measured again.
 */
async function bareFrame(visitor: Visitor, bare: BarePage, room: string): Promise<number> {
  visitor.witness.allowHost(bare.host, bare.sfu);
  visitor.witness.allow(/favicon/, /unpublish/, /leave request/, /signal/i, /ConnectionError/, /data ?channel/i);
  let took = 0;
  await expect(async () => {
    await visitor.page.goto("about:blank");
    await visitor.page.goto(bare.address(room));
    took = await firstFrame(visitor.page, "Join", 5_000);
  }).toPass({ timeout: 30_000 });
  await visitor.context.close();
  return took;
}

/** Clicks and answers the milliseconds until a remote video frame was decoded. */
async function firstFrame(page: Page, button: string, timeout = 15_000): Promise<number> {
  const join = page.getByRole("button", { name: button, exact: true });
  await expect(join).toBeEnabled();
  await page.evaluate(() => document.fonts.ready); // all that the page loads beforehand is there
  await join.click();
  await expectFirstFrame(page, timeout);
  return page.evaluate(() => window.__witness.firstFrameAt - window.__witness.clickedAt);
}

/** Waits for the first remote frame since somebody last clicked on the page. */
async function expectFirstFrame(page: Page, timeout = 15_000): Promise<void> {
  const at = () => page.evaluate(() => window.__witness.firstFrameAt);
  await expect.poll(at, { message: "first remote frame", timeout, intervals: [50] }).toBeGreaterThan(0);
}

/** Goes in and answers the SFU's own name of the room, which passes carry. */
async function enterAndTell(visitor: Visitor, room: RoomSeen): Promise<string> {
  const answered = visitor.page.waitForResponse((r) => r.url().endsWith(`/rooms/${room.slug}/join`));
  await visitor.open(`/${room.slug}`);
  await expect(visitor.page.getByLabel(visitor.words.prejoin.preview)).toBeVisible();
  await visitor.page.getByRole("button", { name: visitor.words.prejoin.join, exact: true }).click();
  const { livekit } = (await (await answered).json()) as { livekit: { token: string } };
  const claims = JSON.parse(Buffer.from(livekit.token.split(".")[1] ?? "", "base64url").toString()) as { video: { room: string } };
  return claims.video.room;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

function spread(values: number[]): string {
  return `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}, n = ${values.length})`;
}
