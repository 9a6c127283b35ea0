// Plants the faults that mutations.json lists, one at a time, and holds that a named test sees each of them.
//
// The working tree is not touched: each fault reaches the compiler through `go test -overlay`. A fault that no longer
// fits the code, does not compile, or that no test sees, fails the run. With --fit it plants nothing and only looks whether
// each fault still fits, which takes no time.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "..");
const mutations = JSON.parse(readFileSync(join(here, "mutations.json"), "utf8"));

/** Answers the text with the one place that `find` names replaced; throws when there is not exactly one. */
function planted({ file, find, replace }) {
  const source = readFileSync(join(root, file), "utf8");
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} holds ${JSON.stringify(find)} ${places} times, not once`);
  return source.replace(find, () => replace);
}

/** Answers the faults that no longer fit the code, a line each. */
function misfits() {
  return mutations.flatMap((mutation) => {
    try {
      planted(mutation);
      return [];
    } catch (error) {
      return [`${mutation.name}: ${error.message}`];
    }
  });
}

/** Runs the named test with the fault planted and answers what is wrong with that, or undefined when it was seen. */
function survived(mutation, folder) {
  const mutant = join(folder, "mutant.go");
  const overlay = join(folder, "overlay.json");
  writeFileSync(mutant, planted(mutation));
  writeFileSync(overlay, JSON.stringify({ Replace: { [join(root, mutation.file)]: mutant } }));
  const args = ["test", "-count=1", "-overlay", overlay, "-run", `^${mutation.test}$`, mutation.package];
  const { stdout, stderr, status } = spawnSync("go", args, {
    cwd: root, encoding: "utf8", env: { ...process.env, CGO_ENABLED: "0" },
  });
  const output = stdout + stderr;
  if (output.includes("[build failed]") || output.includes("[setup failed]")) return `it does not compile:\n${output}`;
  if (output.includes("no tests to run")) return `there is no test ${mutation.test}`;
  if (status === 0) return `${mutation.test} passes with it`;
  if (!output.includes(`--- FAIL: ${mutation.test}`)) return `something else than ${mutation.test} failed:\n${output}`;
  return undefined;
}

if (process.argv.includes("--fit")) {
  const found = misfits();
  found.forEach((line) => console.error(line));
  process.exit(found.length > 0 ? 1 : 0);
}

const folder = mkdtempSync(join(tmpdir(), "parvis-mutate-"));
const counts = { passed: 0, failed: 0 };
try {
  for (const mutation of mutations) {
    let problem;
    try {
      problem = survived(mutation, folder);
    } catch (error) {
      problem = error.message;
    }
    counts[problem ? "failed" : "passed"]++;
    console.log(problem ? `SURVIVED  ${mutation.name}: ${problem}` : `killed    ${mutation.name} (${mutation.test})`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (process.env.PARVIS_TEST_RESULTS) {
  writeFileSync(join(process.env.PARVIS_TEST_RESULTS, "mutations.json"), JSON.stringify(counts));
}
process.exit(counts.failed || mutations.length < 3 ? 1 : 0);
