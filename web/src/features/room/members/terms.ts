/**
 * The time of a role as people say it: whole days of where they are, the last one included. The server is told moments:
 * the first of the first day, and the first after the last.
 */
export interface Term {
  /** yyyy-mm-dd, or empty: at once. */
  from: string;
  /** yyyy-mm-dd, or empty: for good. */
  until: string;
}

export const forGood: Term = { from: "", until: "" };

/** Midnight where the person is, so many days after a day's own; undefined for what is no day. */
function midnight(day: string, later = 0): Date | undefined {
  const parts = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(day);
  if (parts === null) return undefined;
  const date = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function dayIn(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function termOf({ notBefore, notAfter }: { notBefore?: string; notAfter?: string }): Term {
  return {
    from: notBefore === undefined ? "" : dayIn(new Date(notBefore)),
    until: notAfter === undefined ? "" : dayIn(new Date(Date.parse(notAfter) - 1)),
  };
}

export function momentsOf(term: Term): { notBefore?: string; notAfter?: string } {
  const from = midnight(term.from);
  const until = midnight(term.until, 1);
  return {
    ...(from === undefined ? {} : { notBefore: from.toISOString() }),
    ...(until === undefined ? {} : { notAfter: until.toISOString() }),
  };
}

/** An end comes after the beginning and is still to come. */
export function wrongTerm(term: Term, now = new Date()): boolean {
  if (term.until === "") return false;
  return term.until < dayIn(now) || (term.from !== "" && term.until < term.from);
}

export function ended(notAfter: string | undefined, now = Date.now()): boolean {
  return notAfter !== undefined && Date.parse(notAfter) <= now;
}
