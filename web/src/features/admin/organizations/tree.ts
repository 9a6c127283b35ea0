import type { Unit } from "../../../api/administration";

/** A unit with those below it. */
export interface Branch {
  unit: Unit;
  below: Branch[];
}

/** Units as they stand below each other, by name. One whose upper unit is not there stands at the top: none is lost. */
export function treeOf(units: readonly Unit[], language: string): Branch[] {
  const ids = new Set(units.map((one) => one.id));
  const order = new Intl.Collator(language, { numeric: true });
  const under = (parent: string | undefined): Branch[] =>
    units
      .filter((one) => (one.parent !== undefined && ids.has(one.parent) ? one.parent : undefined) === parent)
      .sort((a, b) => order.compare(a.name, b.name))
      .map((unit) => ({ unit, below: under(unit.id) }));
  return under(undefined);
}

/** A unit and all below it, by id: where it cannot go. */
export function withAllBelow(units: readonly Unit[], id: string): Set<string> {
  const found = new Set([id]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const one of units) if (one.parent !== undefined && found.has(one.parent)) found.add(one.id);
  }
  return found;
}
