import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.PARVIS_DEV_SERVER ?? "http://localhost:8080";

// The Go handler serves the .gz beside a file to those who accept it, so that nothing is compressed while people wait.
function precompress(): Plugin {
  return {
    name: "parvis-precompress",
    apply: "build",
    closeBundle() {
      for (const name of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
        const path = join("dist", name);
        if (/\.(js|css|html|svg)$/.test(name) && statSync(path).size > 1024) {
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), precompress()],
  build: {
    manifest: true,
    // Nothing may be inlined: the content security policy allows no data: scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: {
      "/api": server,
      "/auth": server,
      "/livekit": { target: server, ws: true },
      "/docs": server,
      "/problems": server,
    },
  },
  test: {
    testTimeout: 20_000, // a page that is clicked through takes seconds where others need the processor, too
    // What knows no page is tested without one, ten times as fast.
    projects: [
      { extends: true, test: { name: "plain", environment: "node", css: true, include: ["src/{call,i18n,styles}/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "pages",
          environment: "jsdom",
          setupFiles: ["src/test/setup.ts"],
          include: ["src/**/*.test.{ts,tsx}"],
          exclude: ["src/{call,i18n,styles}/**"],
          css: false,
        },
      },
    ],
  },
});
