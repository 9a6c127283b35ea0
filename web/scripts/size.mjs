// Prints the JavaScript that each route costs, gzip, from the build's manifest, and fails over budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const gzip = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

// A chunk brings its static imports with it; what it imports lazily is another route's cost.
function closure(...keys) {
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`${key} is not in the manifest: has a route moved?`);
    if (seen.has(chunk.file)) return;
    seen.add(chunk.file);
    chunk.imports?.forEach(visit);
  };
  keys.forEach(visit);
  return seen;
}

const total = (files) => [...files].reduce((sum, file) => sum + gzip(file), 0);
const language = ["src/i18n/fr/index.ts", "src/i18n/en/index.ts"].sort(
  (a, b) => gzip(manifest[b].file) - gzip(manifest[a].file),
)[0];
const words = (part) => language.replace("index", part);
const base = ["index.html", language];
const home = closure(...base, "src/features/home/index.ts");
const door = [...base, "src/features/prejoin/index.ts", ...["call", "devices", "hosting", "prejoin"].map(words)];
const join = closure(...door);
const call = closure(...door, "src/features/meeting/index.ts");
const added = new Set([...call].filter((file) => !join.has(file)));

let over = false;
for (const [route, files, budget] of [
  ["home", home, 130],
  ["join page", join, 190],
  ["added by the call", added, 320],
]) {
  const kB = total(files) / 1000;
  over ||= kB > budget;
  console.log(`${route.padEnd(20)} ${kB.toFixed(1).padStart(7)} kB gzip of ${budget}${kB > budget ? "  over budget" : ""}`);
}
process.exitCode = over ? 1 : 0;
