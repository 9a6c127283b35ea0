/**
 * The token of an invitation on its way from the link to the claim. It is a secret, so it leaves the address bar at once,
 * and waits out a sign-in in this tab alone.
 */
const parameter = "invite";
const waiting = new Map<string, string>(); // where the browser refuses storage: as long as the page lives
const key = (slug: string) => `parvis.invitation.${slug}`;

/** The token that came with this page, or before a sign-in. */
export function invitationTo(slug: string): string | undefined {
  const came = new URLSearchParams(location.search).get(parameter);
  if (came !== null && came !== "") return came;
  try {
    return sessionStorage.getItem(key(slug)) ?? waiting.get(slug);
  } catch {
    return waiting.get(slug);
  }
}

/** Keeps the token for after a sign-in and takes it out of the address. */
export function pocketInvitation(slug: string, token: string): void {
  waiting.set(slug, token);
  try {
    sessionStorage.setItem(key(slug), token);
  } catch {
    // The link has to be opened again after a sign-in.
  }
  const query = new URLSearchParams(location.search);
  if (!query.has(parameter)) return;
  query.delete(parameter);
  const rest = query.toString();
  history.replaceState(history.state, "", `${location.pathname}${rest === "" ? "" : `?${rest}`}${location.hash}`);
}

export function forgetInvitation(slug: string): void {
  waiting.delete(slug);
  try {
    sessionStorage.removeItem(key(slug));
  } catch {
    // Nothing was kept.
  }
}
