import type { Hook, HookPatch, NewHook } from "../../../api/software";

/** What is written of a webhook, as it stands in the fields. */
export interface Written {
  url: string;
  description: string;
  contact: string;
  language: Hook["contactLanguage"];
  /** Whether all events are wanted, later ones too. */
  all: boolean;
  types: string[];
}

export const blank = (language: Hook["contactLanguage"]): Written => ({ url: "", description: "", contact: "", language, all: true, types: [] });

export const writtenOf = (hook: Hook): Written => ({
  url: hook.url,
  description: hook.description,
  contact: hook.contact ?? "",
  language: hook.contactLanguage,
  all: hook.types.length === 0,
  types: hook.types,
});

/** Whether it can be sent: with an address, and something to hear of. */
export const isWhole = (written: Written) => written.url.trim() !== "" && (written.all || written.types.length > 0);

export function newHook(written: Written, account: string, signature: Hook["signature"]): NewHook {
  const contact = written.contact.trim();
  const description = written.description.trim();
  return {
    account,
    url: written.url.trim(),
    signature,
    contactLanguage: written.language,
    ...(written.all ? {} : { types: written.types }),
    ...(description === "" ? {} : { description }),
    ...(contact === "" ? {} : { contact }),
  };
}

const same = (a: readonly string[], b: readonly string[]) => [...a].sort().join("\n") === [...b].sort().join("\n");

/** What is another than it was: an address that stays needs no proof. */
export function changeOf(hook: Hook, written: Written, account: string): HookPatch {
  const change: HookPatch = {};
  const types = written.all ? [] : written.types;
  if (account !== hook.createdBy) change.account = account;
  if (written.url.trim() !== hook.url) change.url = written.url.trim();
  if (!same(types, hook.types)) change.types = types.length === 0 ? null : types;
  if (written.description.trim() !== hook.description) change.description = written.description.trim() === "" ? null : written.description.trim();
  if (written.contact.trim() !== (hook.contact ?? "")) change.contact = written.contact.trim() === "" ? null : written.contact.trim();
  if (written.language !== hook.contactLanguage) change.contactLanguage = written.language;
  return change;
}
