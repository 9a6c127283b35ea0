import { abilities, type Ability, type HostingState } from "../api/hosting";
import type { Publishable } from "./ports";
import { leads } from "./rights";

/** What hosts decided: about this person alone, and about everybody who does not host. */
export interface Rules {
  own: readonly Ability[];
  /** What this person may do although it is forbidden to all. */
  allowed: readonly Ability[];
  all: readonly Ability[];
}

export const noRules: Rules = { own: [], allowed: [], all: [] };

export function readRules({ forbiddenToMe, allowedToMe, forbiddenForAll }: Pick<HostingState, "forbiddenToMe" | "allowedToMe" | "forbiddenForAll">): Rules {
  return { own: inOrder(forbiddenToMe), allowed: inOrder(allowedToMe), all: inOrder(forbiddenForAll) };
}

export function ruledAlone(rules: Rules, forbidden: readonly Ability[], allowed: readonly Ability[]): Rules {
  return { ...rules, own: inOrder(forbidden), allowed: inOrder(allowed) };
}

/** What somebody is allowed alone ends with the rule that forbade it: one that is made later binds them anew. */
export function ruledForAll(rules: Rules, forbidden: readonly Ability[]): Rules {
  return { ...rules, all: inOrder(forbidden), allowed: rules.allowed.filter((ability) => forbidden.includes(ability)) };
}

/** What somebody may not do now. */
export function forbiddenTo({ own, allowed, all }: Rules, role: string): readonly Ability[] {
  const forAll = leads(role) ? [] : all.filter((ability) => !allowed.includes(ability));
  return abilities.filter((ability) => own.includes(ability) || forAll.includes(ability));
}

/** Whether somebody has forbidden an ability between two views, though it may have been forbidden before. */
export function isForbiddenAnew(ability: Ability, before: Rules, now: Rules): boolean {
  const came = (list: "own" | "all") => now[list].includes(ability) && !before[list].includes(ability);
  return came("own") || came("all") || (before.allowed.includes(ability) && !now.allowed.includes(ability));
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
