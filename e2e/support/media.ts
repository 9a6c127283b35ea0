import { expect, type Locator, type Page } from "@playwright/test";

/** The track that a video element shows, and how many of its frames were decoded (webrtc-stats framesDecoded). */
export async function shownIn(video: Locator): Promise<{ track: string; frames: number }> {
  return video.evaluate(async (element: HTMLVideoElement) => {
    const track = (element.srcObject instanceof MediaStream && element.srcObject.getVideoTracks()[0]?.id) || "";
    return { track, frames: (await window.__witness.seen()).frames[track] ?? 0 };
  });
}

async function framesOf(video: Locator): Promise<number> {
  return (await shownIn(video)).frames;
}

/** A coarse picture of what a video shows now: 16 by 12 cells of brightness. */
async function pictureOf(video: Locator): Promise<number[]> {
  return video.evaluate((element: HTMLVideoElement) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 12 });
    const drawing = canvas.getContext("2d");
    drawing?.drawImage(element, 0, 0, 16, 12);
    const rgba = drawing?.getImageData(0, 0, 16, 12).data ?? new Uint8ClampedArray();
    return Array.from({ length: rgba.length / 4 }, (_, i) => (rgba[4 * i] ?? 0) + (rgba[4 * i + 1] ?? 0) + (rgba[4 * i + 2] ?? 0));
  });
}

/** Holds that a video really plays: 30 more frames are decoded, and what it shows is neither blank nor still. */
export async function expectMoving(video: Locator, timeout = 15_000): Promise<void> {
  await expect(video).toBeVisible({ timeout });
  const before = await framesOf(video);
  const first = await pictureOf(video);
  await expect.poll(() => framesOf(video), { message: "frames decoded", timeout }).toBeGreaterThanOrEqual(before + 30);
  await expect.poll(async () => differ(first, await pictureOf(video)), { message: "cells of the picture that changed", timeout }).toBeGreaterThan(0);
  expect(new Set(await pictureOf(video)).size, "shades in the picture").toBeGreaterThan(2);
}

function differ(one: number[], other: number[]): number {
  return one.filter((cell, i) => Math.abs(cell - (other[i] ?? 0)) > 24).length;
}

/** Loudness of all that is received, from now until so many more seconds of sound were played (root mean square). */
export async function loudness(page: Page, seconds: number): Promise<number> {
  const before = await page.evaluate(() => window.__witness.seen());
  let after = before;
  await expect.poll(async () => {
    after = await page.evaluate(() => window.__witness.seen());
    return after.audioSeconds - before.audioSeconds;
  }, { message: "seconds of sound played", timeout: 10_000 + 2000 * seconds }).toBeGreaterThanOrEqual(seconds);
  return Math.sqrt((after.audioEnergy - before.audioEnergy) / (after.audioSeconds - before.audioSeconds));
}

/** Addresses of all ICE servers that the page's peer connections were ever given. */
export async function iceServersOf(page: Page): Promise<string[]> {
  return page.evaluate(() => window.__witness.iceServers);
}

/** Makes the browser refuse devices, as it does when a person or the system said no. */
export async function refuseDevices(page: Page): Promise<void> {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
  });
}
