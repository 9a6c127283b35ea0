/** Whether a page of somebody else shows this one in a frame. */
export const isFramed = (): boolean => window.self !== window.top;

/** Whether the browser keeps a cookie like that of a sign-in here. In a frame of another site it does not. */
export function keepsSignIn(): boolean {
  const cookie = "parvis-frame=1";
  document.cookie = `${cookie}; SameSite=Lax; Path=/`;
  const kept = document.cookie.includes(cookie);
  document.cookie = `${cookie}; SameSite=Lax; Path=/; Max-Age=0`;
  return kept;
}

const outside = (url: URL): boolean => url.origin !== location.origin || url.pathname !== location.pathname;

/** Opens an address in a window of its own, where this page is in a frame that is for one room. Answers whether it did. */
export function openOutside(to: string): boolean {
  const url = new URL(to, location.href);
  if (!isFramed() || !outside(url)) return false;
  window.open(url, "_blank", "noopener");
  return true;
}

/** What a frame shows is the room that a policy let into it: every other link there opens a window of its own. */
export function keepToRoom(): void {
  if (!isFramed()) return;
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[href]:not([download])") : null;
    if (link === null || !outside(new URL(link.href))) return;
    link.target = "_blank";
    link.rel = "noopener";
  }, { capture: true });
}
