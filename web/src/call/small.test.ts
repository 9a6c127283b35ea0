import { expect, test } from "vitest";
import { float, sink } from "./floating";
import { piecesOf } from "./links";
import { loudness } from "./media/level";
import { actionOf, keysOf } from "./shortcuts";

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

test("keys mean something only together with theirs", () => {
  expect(actionOf(press("d"))).toBeUndefined();
  expect(actionOf(press("d", { ctrlKey: true, altKey: true }))).toBeUndefined();
  expect(actionOf(press("d", { ctrlKey: true }))).toBe("mic");
  expect(actionOf(press("d", { metaKey: true }))).toBe("mic");
  expect(actionOf(press("e", { ctrlKey: true }))).toBe("camera");
  expect(actionOf(press("E", { ctrlKey: true, shiftKey: true }))).toBe("react");
  expect(actionOf(press("v"))).toBe("talk");
  expect(actionOf(press("F2"))).toBe("toolbar");
});

test("the list opens on English and French keyboards", () => {
  for (const key of ["/", "?", ":"]) expect(actionOf(press(key, { ctrlKey: true, shiftKey: true }))).toBe("list");
});

test("keys are named after the machine", () => {
  expect(keysOf("hand", false)).toEqual(["Ctrl", "Shift", "H"]);
  expect(keysOf("hand", true)).toEqual(["⌘", "⇧", "H"]);
});

test("addresses in a line are linked, its punctuation is not, other schemes never", () => {
  expect(piecesOf("voir https://a.fr/x?y=1, merci")).toEqual([
    { text: "voir " },
    { text: "https://a.fr/x?y=1", href: "https://a.fr/x?y=1" },
    { text: ", merci" },
  ]);
  expect(piecesOf("javascript:alert(1) file:///etc/passwd")).toEqual([{ text: "javascript:alert(1) file:///etc/passwd" }]);
  expect(piecesOf("")).toEqual([]);
});

test("a crowd of reactions is bounded and sinks in time", () => {
  const items = [{ participant: "p", name: "n", reaction: "clap" as const, count: 900 }];
  const floating = float(float([], items, 0, 0), items, 1000, 5);
  expect(floating).toHaveLength(10);
  expect(new Set(floating.map((one) => one.key)).size).toBe(10);
  expect(sink(floating, 4500)).toHaveLength(5);
  expect(sink(floating, 10)).toBe(floating);
});

test("silence is 0 and a full swing is 1", () => {
  expect(loudness(new Uint8Array(64).fill(128))).toBe(0);
  expect(loudness(Uint8Array.from({ length: 64 }, (_, i) => (i % 2 ? 0 : 255)))).toBe(1);
});
