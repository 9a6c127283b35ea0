/**
 * The token of a personal link, which is the part of its address after #i=. No server and no log sees a fragment; from the
 * address bar it goes at once, so that nobody passes it on with the address of the room, and it stays in this tab alone.
 */
const mark = "#i=";
const kept = new Map<string, string>(); // where the browser refuses storage: as long as the page lives
const key = (slug: string) => `parvis.link.${slug}`;

/** The token that this tab has for a room. */
export function linkTo(slug: string): string | undefined {
  const came = location.pathname === `/${slug}` && location.hash.startsWith(mark) ? location.hash.slice(mark.length) : "";
  if (came !== "") return came;
  try {
    return sessionStorage.getItem(key(slug)) ?? kept.get(slug);
  } catch {
    return kept.get(slug);
  }
}

/** Keeps the token for this tab, and takes it out of the address. */
export function pocketLink(slug: string): void {
  const token = linkTo(slug);
  if (token === undefined) return;
  kept.set(slug, token);
  try {
    sessionStorage.setItem(key(slug), token);
  } catch {
    // A page that is loaded anew asks for the link again.
  }
  if (location.hash.startsWith(mark)) history.replaceState(history.state, "", location.pathname + location.search);
}

export function forgetLink(slug: string): void {
  kept.delete(slug);
  try {
    sessionStorage.removeItem(key(slug));
  } catch {
    // Nothing was kept.
  }
}

const passcodes = new Map<string, string>();

/** What this tab brings to the door of a room. The passcode is remembered for as long as the page lives. */
export function broughtTo(slug: string): { link?: string; passcode?: string } {
  const link = linkTo(slug);
  const passcode = passcodes.get(slug);
  return { ...(link === undefined ? {} : { link }), ...(passcode === undefined ? {} : { passcode }) };
}

export function bringPasscode(slug: string, passcode: string): void {
  if (passcode === "") passcodes.delete(slug);
  else passcodes.set(slug, passcode);
}
