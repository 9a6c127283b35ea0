/** A list as somebody else has it now, with what was changed of it here: nobody whom others added meanwhile goes with it. */
export function listChange<T>(before: readonly T[], mine: readonly T[], theirs: readonly T[], keyOf: (one: T) => string): T[] {
  const was = new Map(before.map((one) => [keyOf(one), JSON.stringify(one)]));
  const kept = new Set(mine.map(keyOf));
  const touched = new Map(mine.filter((one) => was.get(keyOf(one)) !== JSON.stringify(one)).map((one) => [keyOf(one), one]));
  const there = theirs.filter((one) => kept.has(keyOf(one)) || !was.has(keyOf(one)));
  const known = new Set(there.map(keyOf));
  return [...there.map((one) => touched.get(keyOf(one)) ?? one), ...[...touched].flatMap(([key, one]) => (known.has(key) ? [] : [one]))];
}
