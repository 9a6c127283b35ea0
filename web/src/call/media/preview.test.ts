import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Preview } from "./preview";

class FakeTrack extends EventTarget {
  readyState = "live";
  constructor(readonly id: string) {
    super();
  }
  getSettings() {
    return { deviceId: this.id };
  }
  stop() {
    this.readyState = "ended";
  }
}

let opened: FakeTrack[];
let refuse: Partial<Record<"audio" | "video", DOMException>>;
const memory = () => {
  const map = new Map<string, string>();
  return { recall: (key: string) => map.get(key) ?? null, remember: (key: string, value: string) => map.set(key, value) };
};

beforeEach(() => {
  opened = [];
  refuse = {};
  const getUserMedia = (constraints: MediaStreamConstraints) => {
    const kind = constraints.audio ? "audio" : "video";
    const refusal = refuse[kind];
    if (refusal) return Promise.reject(refusal);
    const track = new FakeTrack(kind);
    opened.push(track);
    return Promise.resolve({ getTracks: () => [track] });
  };
  const mediaDevices = Object.assign(new EventTarget(), { getUserMedia, enumerateDevices: () => Promise.resolve([]) });
  vi.stubGlobal("navigator", { mediaDevices });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("a refused camera leaves the microphone working", async () => {
  refuse.video = new DOMException("", "NotAllowedError");
  const preview = new Preview(memory());
  await preview.start();
  const { mic, camera } = preview.view.get();
  expect(mic.track).toBeDefined();
  expect(camera).toMatchObject({ on: true, trouble: "refused-by-browser", track: undefined });
  expect(preview.handOver()).toMatchObject({ mic: { on: true }, camera: { on: false } });
});

test("turning off stops the device, and the next time it starts off", async () => {
  const remembered = memory();
  const preview = new Preview(remembered);
  await preview.start();
  await preview.turn("camera", false);
  expect(opened.find((track) => track.id === "video")?.readyState).toBe("ended");
  expect(new Preview(remembered).view.get().camera.on).toBe(false);
});

test("tracks that were handed over outlive the page before the call", async () => {
  const preview = new Preview(memory());
  await preview.start();
  const wishes = preview.handOver();
  preview.stop();
  expect(wishes.mic.track?.readyState).toBe("live");
  expect(opened.every((track) => track.readyState === "live")).toBe(true);
});

test("who joins before a device has opened still wants it, and the late one is not left lit", async () => {
  const preview = new Preview(memory());
  const starting = preview.start();
  expect(preview.handOver()).toMatchObject({ mic: { on: true, track: undefined }, camera: { on: true, track: undefined } });
  preview.stop();
  await starting;
  expect(opened.map((track) => [track.id, track.readyState])).toEqual([["audio", "ended"]]);
});

test("a device that was turned off is not the call's to open", async () => {
  const preview = new Preview(memory());
  await preview.start();
  await preview.turn("camera", false);
  expect(preview.handOver()).toMatchObject({ mic: { on: true }, camera: { on: false, track: undefined } });
});

test("leaving the page puts out every lamp, also of a device that opens late", async () => {
  const preview = new Preview(memory());
  const starting = preview.start();
  preview.stop();
  await starting;
  expect(opened.every((track) => track.readyState === "ended")).toBe(true);
});

test("a device that is pulled out is told", async () => {
  const preview = new Preview(memory());
  await preview.start();
  opened.find((track) => track.id === "audio")?.dispatchEvent(new Event("ended"));
  expect(preview.view.get().mic).toMatchObject({ track: undefined, trouble: "none" });
});
