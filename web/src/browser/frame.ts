/** Whether a page of somebody else shows this one in a frame. */
export const isFramed = (): boolean => window.self !== window.top;

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
