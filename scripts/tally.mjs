// Adds up what the test runners left in a folder and prints it as the last line: "N passed, N failed".
//   node scripts/tally.mjs FOLDER EXIT-CODE
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, code] = process.argv.slice(2);

const readers = [
  [/^go.*\.json$/, (r) => r],
  [/^vitest\.json$/, (r) => ({ passed: r.numPassedTests, failed: r.numFailedTests, skipped: r.numPendingTests })],
  [/^playwright\.json$/, (r) => ({ passed: r.stats.expected + r.stats.flaky, failed: r.stats.unexpected, skipped: r.stats.skipped })],
  [/^mutations\.json$/, (r) => r],
];

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder)) {
  const reader = readers.find(([pattern]) => pattern.test(file));
  if (!reader) continue;
  const counts = reader[1](JSON.parse(readFileSync(join(folder, file), "utf8")));
  for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
}

// A step that failed without a test of its own (format, vet, a build) counts as one.
if (code !== "0" && total.failed === 0) total.failed = 1;
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`);
