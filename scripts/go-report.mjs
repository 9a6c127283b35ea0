// Reads `go test -json` on standard input, prints one line a package and all that a failed test said, and writes
// {passed, failed, skipped} to the file that is named. Leaves are counted: a test with sub-tests is not one more.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const said = new Map(); // package or package/test -> lines
const outcome = new Map(); // package/test -> pass | fail | skip
const parents = new Set();

const keyOf = (event) => (event.Test ? `${event.Package} ${event.Test}` : event.Package);

function tell(key) {
  process.stdout.write((said.get(key) ?? []).join(""));
}

function packageEnded(event) {
  const seconds = (event.Elapsed ?? 0).toFixed(1).padStart(6);
  const word = event.Action === "pass" ? "ok  " : event.Action === "skip" ? "none" : "FAIL";
  console.log(`${word} ${seconds} s  ${event.Package}`);
  if (event.Action === "fail") tell(event.Package);
}

function testEnded(event) {
  const key = keyOf(event);
  outcome.set(key, event.Action);
  const slash = event.Test.lastIndexOf("/");
  if (slash > 0) parents.add(`${event.Package} ${event.Test.slice(0, slash)}`);
  if (event.Action === "fail") tell(key);
  said.delete(key);
}

for await (const line of createInterface({ input: process.stdin })) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    console.log(line); // a build that failed speaks plainly
    continue;
  }
  if (event.Action === "output" || event.Action === "build-output") {
    const key = event.ImportPath ?? keyOf(event);
    if (event.Action === "build-output") process.stdout.write(event.Output);
    else said.set(key, [...(said.get(key) ?? []), event.Output]);
  } else if (["pass", "fail", "skip"].includes(event.Action)) {
    if (event.Test) testEnded(event);
    else packageEnded(event);
  }
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const names = { pass: "passed", fail: "failed", skip: "skipped" };
for (const [key, action] of outcome) if (!parents.has(key)) counts[names[action]]++;
writeFileSync(process.argv[2], JSON.stringify(counts));
