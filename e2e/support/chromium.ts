import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import type { LaunchOptions } from "@playwright/test";

const names = ["chromium", "chromium-browser", "google-chrome"];

function installed(): string {
  const folders = ["/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (existsSync(path)) return path;
    }
  }
  throw new Error("Chromium is missing: apt-get install chromium");
}

/** The system's Chromium with a camera that shows a moving picture and a microphone that beeps once a second. */
export function chromium(): LaunchOptions {
  return {
    executablePath: installed(),
    args: [
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
      // Without it a machine that has no network but loopback has no way for media, not even to itself.
      "--allow-loopback-in-peer-connection",
      "--disable-quic",
      "--disable-sync",
      "--no-first-run",
    ],
  };
}
