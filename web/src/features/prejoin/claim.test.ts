import { afterEach, expect, it, vi } from "vitest";
import { browserLocks } from "../../test/locks";
import { claim } from "./claim";

afterEach(() => vi.unstubAllGlobals());

function inBrowser() {
  const locks = browserLocks();
  vi.stubGlobal("navigator", { locks });
  return locks;
}

it("is not given while another tab has it", async () => {
  inBrowser().taken.add("parvis enter one");
  expect(await claim("one")).toBeUndefined();
});

it("is this tab's again when a host sends the person back to wait with the same ticket", async () => {
  inBrowser();
  expect(await claim("two")).toBeDefined();
  expect(await claim("two")).toBeDefined();
});

it("is for others once it is let go of", async () => {
  const { taken } = inBrowser();
  const letGo = await claim("three");
  letGo?.();
  await vi.waitFor(() => {
    expect(taken).toEqual(new Set());
  });
});

it("is everybody's where a browser knows no locks", async () => {
  vi.stubGlobal("navigator", {});
  expect(await claim("four")).toBeDefined();
});
