import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A block of commands, with the heading under which it stands. */
export interface Block {
  heading: string;
  commands: string;
}

/** The blocks of commands of a page of documentation, in the order in which a reader meets them. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(resolve(import.meta.dirname, "../../docs", page), "utf8");
  const blocks: Block[] = [];
  let heading = "";
  for (const [, title, commands] of text.matchAll(/^#+ (.*)$|^```sh\n([^]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else if (commands !== undefined) blocks.push({ heading, commands });
  }
  return blocks;
}
