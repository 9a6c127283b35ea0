const politeness = 300;

// What this tab has: who is sent back to wait out of a call that they came into by a ticket may have the same one again.
const held = new Map<string, () => void>();

/**
 * The right of this tab to enter by a ticket that all tabs of the browser share. The one that somebody looks at is asked
 * first. It is held until it is let go of, or the tab closes. Without locks every tab has it.
 */
export async function claim(ticket: string): Promise<(() => void) | undefined> {
  const mine = held.get(ticket);
  if (mine !== undefined || !("locks" in navigator)) return mine ?? (() => undefined);
  if (document.visibilityState !== "visible") await new Promise((done) => setTimeout(done, politeness));
  return new Promise((answer) => {
    navigator.locks
      .request(`parvis enter ${ticket}`, { ifAvailable: true }, (lock) => {
        if (lock !== null) return new Promise<void>((release) => { answer(hold(ticket, release)); });
        answer(undefined);
        return undefined;
      })
      .catch(() => { answer(() => undefined); });
  });
}

function hold(ticket: string, release: () => void): () => void {
  const letGo = () => {
    held.delete(ticket);
    release();
  };
  held.set(ticket, letGo);
  return letGo;
}
