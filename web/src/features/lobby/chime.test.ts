import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { browserLocks } from "../../test/locks";

const rung: string[] = [];
let ringing = "";

/** A tab of the browser, which may make a sound or not. */
async function tab(name: string, allowed = true) {
  vi.resetModules();
  const { chime } = await import("./chime");
  return {
    hears: (inCall: boolean) => {
      ringing = allowed ? name : "";
      chime(inCall);
    },
  };
}

const all = () => vi.advanceTimersByTimeAsync(4000);

beforeEach(() => {
  rung.length = 0;
  vi.useFakeTimers();
  const silent = { frequency: {}, gain: { setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() }, connect: (next: unknown) => next, stop: vi.fn() };
  vi.stubGlobal("AudioContext", class {
    readonly tab = ringing;
    currentTime = 0;
    destination = {};
    resume() { return this.tab === "" ? new Promise(() => undefined) : Promise.resolve(); }
    createGain() { return silent; }
    createOscillator() { return { ...silent, start: (at: number) => { if (at === 0) rung.push(this.tab); } }; }
  });
  vi.stubGlobal("navigator", { locks: browserLocks() });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a newcomer of whom home hears first rings in the call, and there alone", async () => {
  const [home, call] = [await tab("home"), await tab("call")];
  home.hears(false);
  call.hears(true);
  await all();
  expect(rung).toEqual(["call"]);
});

test("where none is in the call, one of the tabs rings", async () => {
  for (const home of [await tab("one"), await tab("two"), await tab("three")]) home.hears(false);
  await all();
  expect(rung).toHaveLength(1);
});

test("the next newcomer rings again", async () => {
  const [home, call] = [await tab("home"), await tab("call")];
  for (let newcomer = 0; newcomer < 2; newcomer++) {
    home.hears(false);
    call.hears(true);
    await all();
  }
  expect(rung).toEqual(["call", "call"]);
});

test("a call that may make no sound leaves it to another tab", async () => {
  const [call, home] = [await tab("call", false), await tab("home")];
  call.hears(true);
  home.hears(false);
  await all();
  expect(rung).toEqual(["home"]);
});

test("where a browser knows no locks, no tab is silent", async () => {
  vi.stubGlobal("navigator", {});
  for (const home of [await tab("one"), await tab("two")]) home.hears(false);
  await all();
  expect(rung).toEqual(["one", "two"]);
});
