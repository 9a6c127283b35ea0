const politeness = 300;

/**
 * The right of this tab to enter by a ticket that all tabs of the browser share. The one that somebody looks at is asked
 * first. It is held until it is let go of, or the tab closes. Without locks every tab has it.
 */
export async function claim(ticket: string): Promise<(() => void) | undefined> {
  if (!("locks" in navigator)) return () => undefined;
  if (document.visibilityState !== "visible") await new Promise((done) => setTimeout(done, politeness));
  return new Promise((answer) => {
    navigator.locks
      .request(`parvis enter ${ticket}`, { ifAvailable: true }, (lock) => {
        if (lock !== null) return new Promise<void>((letGo) => { answer(letGo); });
        answer(undefined);
        return undefined;
      })
      .catch(() => { answer(() => undefined); });
  });
}
