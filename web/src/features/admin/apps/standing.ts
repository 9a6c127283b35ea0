import type { Account } from "../../../api/software";

export type Standing = "valid" | "revoked" | "expired" | "ending" | "bare";

const soon = 30 * 86_400_000; // in which somebody has time to renew

const past = (at: string | undefined, now: number) => at !== undefined && Date.parse(at) <= now;
const near = (at: string | undefined, now: number) => at !== undefined && Date.parse(at) <= now + soon;

/** The secrets that still count. */
export const secretsOf = (account: Account, now = Date.now()) => account.secrets.filter((secret) => !past(secret.expiresAt, now));

/** When the last way to sign in ends before long; undefined where another stays. */
export function lastSecretEnds(account: Account, now = Date.now()): string | undefined {
  if (account.keys.length > 0) return undefined;
  const ends = secretsOf(account, now).map((secret) => secret.expiresAt);
  if (ends.length === 0 || !ends.every((at) => near(at, now))) return undefined;
  return ends.flatMap((at) => at ?? []).sort().at(-1);
}

/** How an account stands, the worst first. */
export function standingOf(account: Account, now = Date.now()): Standing {
  if (account.revokedAt !== undefined) return "revoked";
  if (past(account.expiresAt, now)) return "expired";
  if (account.keys.length === 0 && secretsOf(account, now).length === 0) return "bare";
  if (near(account.expiresAt, now) || lastSecretEnds(account, now) !== undefined) return "ending";
  return "valid";
}

export const isOver = (standing: Standing) => standing === "revoked" || standing === "expired";
