/**
 * The personal link on the page of its invitation: the part of the address after #i=, and after &m= the meeting that the
 * mail was about, since a link can be of several. As on the page of the room, it leaves the address bar at once and stays in
 * this tab alone.
 */
const mark = "#i=";
const key = "parvis.invitation-link";
let kept = ""; // where the browser refuses storage: as long as the page lives

export interface InvitationLink {
  /** Empty when there is none. */
  token: string;
  /** Undefined in mails that named none. */
  meeting?: string | undefined;
}

/** The link that came with the address, else the one that this tab has. */
export function takeInvitationLink(): InvitationLink {
  if (location.hash.startsWith(mark)) {
    keep(location.hash.slice(mark.length));
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  try {
    return linkOf(sessionStorage.getItem(key) ?? kept);
  } catch {
    return linkOf(kept);
  }
}

function linkOf(fragment: string): InvitationLink {
  const [token = "", ...named] = fragment.split("&");
  return { token, meeting: named.find((part) => part.startsWith("m="))?.slice(2) };
}

function keep(fragment: string): void {
  kept = fragment;
  try {
    sessionStorage.setItem(key, fragment);
  } catch {
    // A page that is loaded anew asks for the link again.
  }
}
