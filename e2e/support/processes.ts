import { readdirSync, readFileSync } from "node:fs";

/** What the kernel says of a process: its parent and its name; undefined once it is gone. */
function about(pid: number): { parent: number; name: string; state: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in parentheses and may hold anything, a parenthesis too.
    const end = stat.lastIndexOf(")");
    const [state = "", parent = "0"] = stat.slice(end + 2).split(" ");
    return { parent: Number(parent), name: stat.slice(stat.indexOf("(") + 1, end), state };
  } catch {
    return undefined;
  }
}

/** Answers the child of a process that has this name, undefined while there is none. */
export function childOf(parent: number, name: string): number | undefined {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0)
    .find((pid) => {
      const it = about(pid);
      return it?.parent === parent && it.name === name && it.state !== "Z";
    });
}

/** Tells whether a process still runs; one that only waits to be reaped does not. */
export function alive(pid: number): boolean {
  const it = about(pid);
  return it !== undefined && it.state !== "Z";
}
