import type { Person } from "../people";

/** A shared screen on the stage. */
export interface Share {
  person: Person;
  /** Own screen: shown as a notice, for a picture of it would show itself without end. */
  mine: boolean;
}

/** What is on the stage: one large screen, or those whom a host put forward, with a strip; or a grid of people. */
export interface Stage {
  large: Share | undefined;
  otherShares: Share[];
  /** In the host's order; beside a shared screen they are the first of the strip. */
  forward: Person[];
  people: Person[];
}

/**
 * Chooses what is large: the share that was picked, else the newest of somebody else, else one's own; without a share
 * those in the spotlight, by id, of whom some may have left.
 */
export function stageOf(people: readonly Person[], picked: string | undefined, spotlight: readonly string[]): Stage {
  const forward = spotlight.flatMap((id) => people.find((person) => person.id === id) ?? []);
  const shares = people.filter((person) => person.screen !== undefined).map((person) => ({ person, mine: person.mine }));
  const large =
    shares.find((share) => share.person.id === picked) ?? shares.findLast((share) => !share.mine) ?? shares.at(-1);
  return {
    large,
    otherShares: shares.filter((share) => share !== large),
    forward,
    people: people.filter((person) => !forward.includes(person)),
  };
}

/**
 * Puts who speaks within the first `fit` places, and moves nobody who is there already: a grid in which people jump
 * is hard to watch. `order` is the order before, by id.
 */
export function settleOrder(order: readonly string[], people: readonly Person[], fit: number): string[] {
  const byId = new Map(people.map((person) => [person.id, person]));
  const kept = order.filter((id) => byId.has(id));
  const known = new Set(kept);
  const next = [...kept, ...people.map((person) => person.id).filter((id) => !known.has(id))];
  for (let place = fit; place < next.length; place += 1) {
    const id = next[place];
    if (id === undefined || !byId.get(id)?.speaking) continue;
    const quiet = lastQuiet(next, byId, fit);
    if (quiet === -1) break;
    const [moved] = next.splice(place, 1, next[quiet] as string);
    next[quiet] = moved as string;
  }
  return next;
}

function lastQuiet(order: readonly string[], byId: ReadonlyMap<string, Person>, fit: number): number {
  for (let place = Math.min(fit, order.length) - 1; place >= 0; place -= 1) {
    const person = byId.get(order[place] ?? "");
    if (person !== undefined && !person.speaking && !person.mine) return place;
  }
  return -1;
}
