import { expectMoving, shownIn } from "../support/media.ts";
import { Platform } from "../support/platform.ts";
import { mayPublish } from "../support/sfu.ts";
import { expect, test } from "../support/test.ts";
import { trio } from "../support/trio.ts";
import type { Visitor } from "../support/visitor.ts";
import { Wire } from "../support/wire.ts";
import { filled } from "../support/words.ts";

// The browser itself writes each connection that fails to its console: no page can keep it from that.
const outage = [/^WebSocket connection to /, /^Failed to load resource: the server responded with a status of 50[234]/];

async function inACall(jeanne: Visitor, amine: Visitor): Promise<void> {
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cellule de crise" });
  await jeanne.enter(room);
  await amine.open();
  await amine.signIn("Amine Kader");
  await amine.enter(room);
  for (const visitor of [jeanne, amine]) visitor.witness.allow(...outage);
  await expectSeen(jeanne, amine);
}

async function expectSeen(jeanne: Visitor, amine: Visitor, timeout?: number): Promise<void> {
  await Promise.all([expectMoving(jeanne.call.video("Amine Kader"), timeout), expectMoving(amine.call.video("Jeanne Morel"), timeout)]);
}

test("the media server is frozen for five seconds, and the call heals", async ({ welcome, platform }) => {
  const [jeanne, amine] = [await welcome(), await welcome()];
  await inACall(jeanne, amine);
  const sfu = await platform.sfu();
  process.kill(sfu, "SIGSTOP");
  try {
    await new Promise((resolve) => setTimeout(resolve, 5_000)); // the length of the outage is what is tested
  } finally {
    process.kill(sfu, "SIGCONT");
  }
  await expectSeen(jeanne, amine, 20_000);
  expect(await platform.sfu(), "the media server was not started anew").toBe(sfu);
  await jeanne.call.openChat();
  await jeanne.call.say("Toujours là ?");
  await amine.call.openChat();
  await amine.call.expectLine("Toujours là ?");
});

test("the signalling connection is torn, and the call goes on", async ({ welcome }) => {
  const wire = await Wire.lay();
  const platform = await Platform.start({ publicPort: wire.port });
  await wire.connect(platform.port);
  try {
    const [jeanne, amine] = [await welcome({ at: platform }), await welcome({ at: platform })];
    await inACall(jeanne, amine);
    expect(wire.cutSignalling(), "signalling connections that were torn").toBe(2);
    await expectSeen(jeanne, amine);
    await amine.call.openChat();
    await amine.call.say("Coupure passée.");
    await jeanne.call.openChat();
    await jeanne.call.expectLine("Coupure passée.");
    await Promise.all([jeanne.context.close(), amine.context.close()]);
  } finally {
    await wire.remove();
    await platform.stop();
  }
});

test("the media server is killed, and all are back within ten seconds", async ({ welcome, platform }) => {
  const [jeanne, amine] = [await welcome(), await welcome()];
  await inACall(jeanne, amine);
  const old = [await trackOf(jeanne, "Amine Kader"), await trackOf(amine, "Jeanne Morel")];
  const sfu = await platform.sfu();
  const killed = Date.now();
  process.kill(sfu, "SIGKILL");
  await Promise.all([expectAnew(jeanne, "Amine Kader", old[0]), expectAnew(amine, "Jeanne Morel", old[1])]);
  const seconds = (Date.now() - killed) / 1000;
  console.log(`media server killed: both see each other again after ${seconds.toFixed(1)} s`);
  expect(seconds).toBeLessThanOrEqual(10);
  expect(await platform.sfu(), "another media server was started").not.toBe(sfu);
});

test("the media server is killed, all are back without a click, and what a host decided still holds", async ({ welcome, platform }) => {
  test.setTimeout(150_000);
  const { jeanne, amine, samuel, room } = await trio(welcome, "Cellule de crise");
  const people = [[jeanne, "Jeanne Morel"], [amine, "Amine Kader"], [samuel, "Samuel Ortiz"]] as const;
  for (const [visitor] of people) visitor.witness.allow(...outage);

  const guest = await jeanne.idOf(room, "Samuel Ortiz");
  const colleague = await jeanne.idOf(room, "Amine Kader");
  const expectDecisions = async () => {
    await expect(samuel.call.control("micOn")).toHaveAttribute("aria-disabled", "true");
    for (const visitor of [jeanne, amine]) {
      await expect(visitor.call.tile("Samuel Ortiz")).toContainText(visitor.words.hosting.forward);
      await expect(visitor.page.getByText(visitor.words.hosting.locked).first()).toBeVisible();
    }
    await expect.poll(() => mayPublish(platform, guest), "what the media server lets the guest publish").not.toContain("MICROPHONE");
    expect(await amine.ask(room, "GET", `state?participant=${colleague}`)).toMatchObject({ locked: true, spotlight: [guest] });
  };
  expect(await mayPublish(platform, guest)).toContain("MICROPHONE");
  await jeanne.ask(room, "PATCH", `participants/${guest}/permissions`, { microphone: false });
  await jeanne.ask(room, "PUT", `participants/${guest}/spotlight`, { on: true });
  await jeanne.ask(room, "POST", "lock", {});
  await expectDecisions();

  const views = people.flatMap(([visitor]) => people.filter(([other]) => other !== visitor).map(([, name]) => ({ visitor, name })));
  await Promise.all(views.map(({ visitor, name }) => expectMoving(visitor.call.video(name))));
  const old = await Promise.all(views.map(({ visitor, name }) => trackOf(visitor, name)));
  const killed = Date.now();
  process.kill(await platform.sfu(), "SIGKILL");
  await Promise.all(views.map(({ visitor, name }, i) => expectAnew(visitor, name, old[i])));
  const seconds = (Date.now() - killed) / 1000;
  console.log(`media server killed: three see each other again after ${seconds.toFixed(1)} s`);
  expect(seconds).toBeLessThanOrEqual(10);

  await test.step("what was decided holds on the new media server", async () => {
    await expectDecisions();
    const { off, the } = samuel.words.hosting;
    await samuel.call.control("micOn").click({ force: true }); // it says that it is off, and a person may press it all the same
    await expect(samuel.page.getByText(filled(off, { what: the.microphone }))).toBeVisible();
    await expectDecisions();
  });
  await test.step("nobody new enters", async () => {
    const late = await welcome();
    late.witness.allow(/status of 423/);
    await late.open();
    await late.signIn("Louise Petit");
    await late.open(`/${room.slug}`);
    await expect(late.page.getByText(late.words.errors["room-locked"])).toBeVisible();
  });
});

/** The track that a person's tile shows. */
async function trackOf(visitor: Visitor, other: string): Promise<string> {
  return (await shownIn(visitor.call.video(other))).track;
}

/** Holds that the tile shows another track than before, and that it is decoded: the old one died with the server. */
async function expectAnew(visitor: Visitor, other: string, old?: string): Promise<void> {
  await expect.poll(async () => {
    if ((await visitor.call.video(other).count()) === 0) return 0;
    const { track, frames } = await shownIn(visitor.call.video(other));
    return track === old ? 0 : frames;
  }, { message: `frames of ${other}'s new track`, timeout: 20_000, intervals: [100] }).toBeGreaterThan(0);
}
