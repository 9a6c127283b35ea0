import type { Addressee } from "../people";
import { readAddresses } from "../people";
import { keyOf, type Draft, type Guest } from "./draft";

export const guestAt = ({ address, name }: Addressee): Guest => ({
  who: { email: address }, name: name === "" ? address : name, role: "presenter", required: true,
});

/** What somebody is called, where that is not merely their address. */
export const givenName = ({ who, name }: Guest): string => ("email" in who && name === who.email ? "" : name);

export interface Taken {
  change: Pick<Draft, "guests" | "typed">;
  /** How many of them were on the list before, or were named twice. */
  twice: number;
  /** What stays in the field. */
  unread: string[];
}

/** A list without whose address this is: who organizes a meeting is not invited to it. */
export function withoutAddress(guests: readonly Guest[], address: string): Guest[] {
  return guests.filter(({ who }) => !("email" in who) || address === "" || who.email.toLowerCase() !== address.toLowerCase());
}

/** A list with some more people; whom it has stays as they are, and takes a name where there was none. */
export function withGuests(guests: readonly Guest[], more: readonly Guest[]): { guests: Guest[]; twice: number } {
  const all = new Map(guests.map((one) => [keyOf(one), one]));
  for (const one of more) {
    const before = all.get(keyOf(one));
    if (before === undefined) all.set(keyOf(one), one);
    else if (givenName(before) === "") all.set(keyOf(one), { ...before, name: givenName(one) || before.name });
  }
  return { guests: [...all.values()], twice: guests.length + more.length - all.size };
}

/** Those whom a text names are invited; what cannot be read stays in the field. */
export function taking(guests: readonly Guest[], text: string): Taken {
  const { found, unread } = readAddresses(text);
  const { guests: all, twice } = withGuests(guests, found.map(guestAt));
  return { change: { guests: all, typed: unread.join("; ") }, twice, unread };
}
