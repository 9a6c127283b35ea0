import { abilities, type Ability, type HostingState } from "../api/hosting";
import type { Publishable } from "./ports";
import { leads } from "./rights";

/**
 * What this person may not do, by reason. The state tells what is forbidden to them for whatever reason, and what is
 * forbidden to everybody: of what is in both, `both` remembers that it may be forbidden to them as well, which shows
 * only when the rule for everybody goes.
 */
export interface Rules {
  own: readonly Ability[];
  all: readonly Ability[];
  both: readonly Ability[];
}

export const noRules: Rules = { own: [], all: [], both: [] };

export function readRules(state: Pick<HostingState, "forbidden" | "forbiddenForAll">, role: string): Rules {
  const { forbidden, forbiddenForAll: all } = state;
  if (leads(role)) return { own: inOrder(forbidden), all: inOrder(all), both: [] };
  return {
    own: inOrder(forbidden.filter((ability) => !all.includes(ability))),
    all: inOrder(all),
    both: inOrder(forbidden.filter((ability) => all.includes(ability))),
  };
}

/** A restriction of this person alone was told: nothing is uncertain any more. */
export function ruledAlone(rules: Rules, forbidden: readonly Ability[]): Rules {
  return { ...rules, own: inOrder(forbidden), both: [] };
}

export function ruledForAll(rules: Rules, forbidden: readonly Ability[]): Rules {
  return { ...rules, all: inOrder(forbidden) };
}

/** What this person may not do now. Where that is uncertain it stays forbidden until the state is read. */
export function forbiddenTo(rules: Rules, role: string): readonly Ability[] {
  const forAll = leads(role) ? [] : rules.all;
  return abilities.filter((ability) => [rules.own, rules.both, forAll].some((list) => list.includes(ability)));
}

/** Whether only the state can tell what this person may do. */
export function isUncertain(rules: Rules, role: string): boolean {
  return rules.both.some((ability) => leads(role) || !rules.all.includes(ability));
}

const publishables: Partial<Record<Ability, Publishable>> = { microphone: "mic", camera: "camera", screen: "screen" };

/** Whether a control is off: by what the server said, or by what the SFU would refuse. */
export function isOff(ability: Ability, forbidden: readonly Ability[], may: Record<Publishable, boolean>): boolean {
  const kind = publishables[ability];
  return forbidden.includes(ability) || (kind !== undefined && !may[kind]);
}

export function abilityOf(kind: Publishable): Ability {
  return kind === "mic" ? "microphone" : kind;
}

// One order, so that the same set always is the same view.
function inOrder(list: readonly Ability[]): Ability[] {
  return abilities.filter((ability) => list.includes(ability));
}
