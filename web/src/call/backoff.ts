const first = 500;
const longest = 15_000;

/**
 * How long to wait before the next try, in milliseconds. What the server asked for is a floor; chance spreads people
 * who were all cut at the same moment.
 */
export function backoff(attempt: number, retryAfter: number | undefined, random: () => number): number {
  const grown = Math.min(longest, first * 2 ** attempt);
  const spread = grown * (0.5 + random() * 0.5);
  if (retryAfter === undefined) return Math.round(spread);
  return Math.round(retryAfter * 1000 + Math.min(spread, 2000));
}
