import type { EffectiveSetting } from "../../api/policies";
import type { SettingName } from "./settings";

/** What counts somewhere. Nothing is known where it was not read: then the server alone decides. */
export type Rules = readonly EffectiveSetting[] | undefined;

export const ruleOf = (rules: Rules, name: SettingName): EffectiveSetting | undefined => rules?.find((one) => one.name === name);

/** The rule of a setting where a lock binds somebody: a lock at the loosest value does not. */
export function lockOf(rules: Rules, name: SettingName): EffectiveSetting | undefined {
  const rule = ruleOf(rules, name);
  return rule?.locked === true && !same(rule.bound, loosestOf(rule)) ? rule : undefined;
}

function loosestOf({ kind, words }: EffectiveSetting): unknown {
  return { choice: words?.[0], switch: false, limit: 0, forbidden: [], only: ["*"] }[kind];
}

export const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);

export function same(a: unknown, b: unknown): boolean {
  return Array.isArray(a) && Array.isArray(b) ? listOf(a).sort().join("\n") === listOf(b).sort().join("\n") : a === b;
}

/** Whether a value is as strict as the lock, or stricter. Of host names the server alone decides. */
export function isAllowed(rule: EffectiveSetting | undefined, value: unknown): boolean {
  if (rule?.locked !== true) return true;
  const { bound } = rule;
  switch (rule.kind) {
    case "choice": {
      const words = rule.words ?? [];
      return words.indexOf(String(value)) >= words.indexOf(String(bound));
    }
    case "switch":
      return bound !== true || value === true;
    case "limit":
      return Number(bound) === 0 || (Number(value) > 0 && Number(value) <= Number(bound));
    case "forbidden":
      return listOf(bound).every((word) => listOf(value).includes(word));
    case "only":
      return true;
  }
}

/** Whether a lock leaves nothing to choose. */
export function leavesNoChoice(rule: EffectiveSetting | undefined): boolean {
  if (rule?.locked !== true) return false;
  if (rule.kind === "switch") return rule.bound === true;
  return rule.kind === "choice" && rule.bound === rule.words?.at(-1);
}

/** What the room itself says and does not count while a lock is stricter. */
export function keptOf(rule: EffectiveSetting | undefined): { value: unknown } | undefined {
  return rule?.locked === true ? rule.overrode.find(({ source }) => source.level === "room") : undefined;
}
