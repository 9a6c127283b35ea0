import { abilities, type Ability, type Source, type Tightened } from "../api/hosting";
import type { Role } from "../api/types";
import type { Said } from "./live";
import { forbiddenTo } from "./rules";

/** What this person is told about an act of a host. `by` is a name, empty when the server did not say whose act it was. */
export type Told =
  | { type: "muted"; source: Source; by: string }
  | { type: "lock"; locked: boolean; by: string }
  | { type: "role"; role: Role; by: string }
  | { type: "forbidden" | "allowed"; abilities: readonly Ability[]; by: string }
  | { type: "administrator"; name: string; everywhere: boolean }
  | { type: "off"; abilities: readonly Ability[] }
  | { type: "tightened"; what: readonly Tightened[] };

export type Telling = Told & { key: number; until: number };

/** What changed for this person between two views of what the server has said. */
export function toldBetween(before: Said, now: Said, by: string): Told[] {
  const old = forbiddenTo(before.rules, before.role);
  const present = forbiddenTo(now.rules, now.role);
  const taken = present.filter((ability) => !old.includes(ability));
  const given = old.filter((ability) => !present.includes(ability));
  const stricter = now.tightened.filter((one) => !before.tightened.some((was) => JSON.stringify(was) === JSON.stringify(one)));
  return [
    ...(stricter.length === 0 ? [] : [{ type: "tightened", what: stricter } as const]),
    ...(before.locked === now.locked ? [] : [{ type: "lock", locked: now.locked, by } as const]),
    ...(before.role === now.role ? [] : [{ type: "role", role: now.role, by } as const]),
    ...(taken.length === 0 ? [] : [{ type: "forbidden", abilities: taken, by } as const]),
    ...(given.length === 0 ? [] : [{ type: "allowed", abilities: given, by } as const]),
  ];
}

/** For how long a word of something that has happened stays, in ms. */
export const shownFor = 15_000;
const most = 3;
/** Within how much time several decisions of one host are told as one, in ms. */
const oneGo = 5_000;

/** What is on the screen for a while: the newest last, one of a kind, few at a time. */
export class Tellings {
  private list: readonly Telling[] = [];
  private next = 1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly changed: (list: readonly Telling[]) => void;

  constructor(changed: (list: readonly Telling[]) => void) {
    this.changed = changed;
  }

  add(told: Told): void {
    const until = Date.now() + shownFor;
    const before = this.list.find((one) => isOneGo(one, told, until));
    const whole = before === undefined ? told : together(before, told);
    const others = this.list.flatMap((one) => (one === before ? [] : whatStays(one, told)));
    this.hold([...others, { ...whole, key: before?.key ?? this.next++, until }].slice(-most));
  }

  /** What was turned off is on again: that it was stopped is no longer so. */
  started(source: Source): void {
    this.hold(this.list.filter((one) => one.type !== "muted" || one.source !== source));
  }

  drop(key: number): void {
    this.hold(this.list.filter((one) => one.key !== key));
  }

  clear(): void {
    this.hold([]);
  }

  private hold(list: readonly Telling[]): void {
    clearTimeout(this.timer);
    const first = list[0];
    if (first !== undefined) {
      this.timer = setTimeout(() => {
        this.hold(this.list.filter((one) => one.until > Date.now()));
      }, Math.max(50, first.until - Date.now()));
    }
    if (list.length === 0 && this.list.length === 0) return;
    this.list = list;
    this.changed(list);
  }
}

/** Whether the same host forbade, or allowed, something else a moment ago. */
function isOneGo(one: Telling, told: Told, until: number): boolean {
  if (one.type !== "forbidden" && one.type !== "allowed") return false;
  return one.type === told.type && one.by === told.by && until - one.until <= oneGo;
}

function together(before: Told, told: Told): Told {
  if (!("abilities" in before) || !("abilities" in told)) return told;
  return { ...told, abilities: abilities.filter((ability) => before.abilities.includes(ability) || told.abilities.includes(ability)) };
}

/** What is still to be said of the one after the other is told: nothing, where it is about the same. */
function whatStays(one: Telling, told: Told): Telling[] {
  if (!("abilities" in one) || !("abilities" in told)) return isSameKind(one, told) ? [] : [one];
  if (one.type === "off") return [];
  if (told.type === "off") return one.abilities.join() === told.abilities.join() ? [] : [one];
  const rest = one.abilities.filter((ability) => !told.abilities.includes(ability));
  return rest.length === 0 ? [] : [{ ...one, abilities: rest }];
}

function isSameKind(a: Told, b: Told): boolean {
  if (a.type === "administrator" && b.type === "administrator") return a.name === b.name;
  return a.type === "muted" && b.type === "muted" ? a.source === b.source : a.type === b.type;
}
