import type { Account, AccountPatch, NewAccount } from "../../../api/software";

/** What is written of an account, as it stands in the fields. */
export interface Written {
  name: string;
  contact: string;
  scopes: string[];
  /** Whether it acts for the people of its own organization. */
  acts: boolean;
  networks: string;
  /** A day; empty for none. */
  ends: string;
}

export const blank: Written = { name: "", contact: "", scopes: [], acts: false, networks: "", ends: "" };

export const writtenOf = (account: Account): Written => ({
  name: account.name,
  contact: account.contact ?? "",
  scopes: account.scopes,
  acts: account.actsFor.includes(account.organization.id),
  networks: account.networks.join("\n"),
  ends: account.expiresAt === undefined ? "" : dayOn(new Date(account.expiresAt)),
});

const two = (n: number) => String(n).padStart(2, "0");

/** The day on the reader's calendar, as a field of dates has it. */
const dayOn = (at: Date) => `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

/** The last moment of a day on the reader's clock. */
const endOf = (day: string) => new Date(`${day}T23:59:59`).toISOString();

const linesOf = (text: string) =>
  text
    .split(/[\s,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

export function newAccount(written: Written, organization: string): NewAccount {
  const contact = written.contact.trim();
  const networks = linesOf(written.networks);
  return {
    organization,
    name: written.name.trim(),
    scopes: written.scopes,
    ...(contact === "" ? {} : { contact }),
    ...(networks.length === 0 ? {} : { networks }),
    ...(written.acts ? { actsFor: [organization] } : {}),
    ...(written.ends === "" ? {} : { expiresAt: endOf(written.ends) }),
  };
}

const same = (a: readonly string[], b: readonly string[]) => [...a].sort().join("\n") === [...b].sort().join("\n");

/** What is another than it was: the rest is not sent, so that it asks for no right. */
export function changeOf(account: Account, written: Written): AccountPatch {
  const before = writtenOf(account);
  const change: AccountPatch = {};
  if (written.name.trim() !== before.name) change.name = written.name.trim();
  if (written.contact.trim() !== before.contact) change.contact = written.contact.trim() === "" ? null : written.contact.trim();
  if (!same(written.scopes, before.scopes)) change.scopes = written.scopes;
  if (!same(linesOf(written.networks), account.networks)) change.networks = linesOf(written.networks);
  if (written.acts !== before.acts) {
    const others = account.actsFor.filter((id) => id !== account.organization.id);
    change.actsFor = written.acts ? [...others, account.organization.id] : others;
  }
  if (written.ends !== before.ends) change.expiresAt = written.ends === "" ? null : endOf(written.ends);
  return change;
}
