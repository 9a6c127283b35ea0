import { test } from "@playwright/test";

import { expectAccessible } from "./axe.ts";
import type { Visitor } from "./visitor.ts";

/** A state of the product by its name, and what brings somebody there from the one before. */
export type State = readonly [name: string, reach: () => Promise<unknown>];

/** Walks through states in their order and holds that each is accessible. */
export async function expectAllAccessible(visitor: Visitor, states: readonly State[]): Promise<void> {
  for (const [name, reach] of states) {
    await test.step(name, async () => {
      await reach();
      await expectAccessible(visitor.page, name);
    });
  }
}

/** The languages, as browsers ask for them. Who asks for less motion is spared the transitions, and so is the test. */
export const languages = [
  { locale: "en-GB", reducedMotion: "reduce" },
  { locale: "fr-FR", reducedMotion: "reduce" },
] as const;
