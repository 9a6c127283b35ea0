/**
 * The token of a personal link on the page of its invitation: the part of the address after #i=. As on the page of the
 * room, it leaves the address bar at once and stays in this tab alone.
 */
const mark = "#i=";
const key = "parvis.invitation-link";
let kept = ""; // where the browser refuses storage: as long as the page lives

/** The token that came with the address, else the one that this tab has; empty when there is none. */
export function takeInvitationToken(): string {
  if (location.hash.startsWith(mark)) {
    keep(location.hash.slice(mark.length));
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  try {
    return sessionStorage.getItem(key) ?? kept;
  } catch {
    return kept;
  }
}

function keep(token: string): void {
  kept = token;
  try {
    sessionStorage.setItem(key, token);
  } catch {
    // A page that is loaded anew asks for the link again.
  }
}
