import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The commands of one section of a page of documentation, one after the other as a reader would paste them. */
export function commandsOf(page: string, section: string): string {
  const text = readFileSync(resolve(import.meta.dirname, "../../docs", page), "utf8");
  const begins = text.indexOf(`\n## ${section}\n`);
  if (begins < 0) throw new Error(`${page} has no section ${section}`);
  const ends = text.indexOf("\n## ", begins + 1);
  const blocks = [...text.slice(begins, ends < 0 ? undefined : ends).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
  if (blocks.length === 0) throw new Error(`${section} of ${page} has no commands`);
  return blocks.join("\n");
}
