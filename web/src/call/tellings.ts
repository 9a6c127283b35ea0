import type { Ability, Source } from "../api/hosting";
import type { Role } from "../api/types";
import type { Said } from "./live";
import { forbiddenTo } from "./rules";

/** What this person is told about an act of a host. `by` is a name, empty when the server did not say whose act it was. */
export type Told =
  | { type: "muted"; source: Source; by: string }
  | { type: "lock"; locked: boolean; by: string }
  | { type: "role"; role: Role; by: string }
  | { type: "forbidden" | "allowed"; abilities: readonly Ability[]; by: string }
  | { type: "off"; abilities: readonly Ability[] };

export type Telling = Told & { key: number; until: number };

/** What changed for this person between two views of what the server has said. */
export function toldBetween(before: Said, now: Said, by: string): Told[] {
  const old = forbiddenTo(before.rules, before.role);
  const present = forbiddenTo(now.rules, now.role);
  const taken = present.filter((ability) => !old.includes(ability));
  const given = old.filter((ability) => !present.includes(ability));
  return [
    ...(before.locked === now.locked ? [] : [{ type: "lock", locked: now.locked, by } as const]),
    ...(before.role === now.role ? [] : [{ type: "role", role: now.role, by } as const]),
    ...(taken.length === 0 ? [] : [{ type: "forbidden", abilities: taken, by } as const]),
    ...(given.length === 0 ? [] : [{ type: "allowed", abilities: given, by } as const]),
  ];
}

/** For how long a word of something that has happened stays, in ms. */
export const shownFor = 15_000;
const most = 3;

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
    const others = this.list.filter((one) => !isSameKind(one, told));
    this.hold([...others, { ...told, key: this.next++, until: Date.now() + shownFor }].slice(-most));
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

function isSameKind(a: Told, b: Told): boolean {
  if (a.type === "muted" && b.type === "muted") return a.source === b.source;
  if ("abilities" in a && "abilities" in b) return a.type === "off" || a.abilities.join() === b.abilities.join();
  return a.type === b.type;
}
