import type { ReactionItem, ReactionName } from "./signal";

/** A reaction on its way up the screen. */
export interface Floating {
  key: number;
  name: string;
  reaction: ReactionName;
  lane: number;
  until: number;
}

const lifetime = 4000;
const most = 24;
const perItem = 5;
const lanes = 6;

/** Adds reactions; a crowd is shown as a crowd, not one by one. */
export function float(floating: readonly Floating[], items: readonly ReactionItem[], now: number, firstKey: number): Floating[] {
  const fresh = items.flatMap((item) =>
    Array.from({ length: Math.min(perItem, Math.max(1, item.count)) }, () => ({ name: item.name, reaction: item.reaction })),
  );
  const added = fresh.map((item, i) => ({ ...item, key: firstKey + i, lane: (firstKey + i) % lanes, until: now + lifetime }));
  return [...floating, ...added].slice(-most);
}

export function sink(floating: readonly Floating[], now: number): readonly Floating[] {
  return floating.some((one) => one.until <= now) ? floating.filter((one) => one.until > now) : floating;
}
