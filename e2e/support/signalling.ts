import type { Page, WebSocketRoute } from "@playwright/test";

/** The connections on which a page's call is signalled, in the hand of a test. */
export class Signalling {
  #answered = true;
  readonly #open = new Set<WebSocketRoute>();
  #carried = 0;

  static async of(page: Page): Promise<Signalling> {
    const signalling = new Signalling();
    await page.routeWebSocket(/\/livekit\/rtc/, (socket) => signalling.#carry(socket));
    return signalling;
  }

  /** Cuts what is open. What is opened from now on is never answered. */
  async silence(): Promise<void> {
    this.#answered = false;
    for (const socket of this.#open) await socket.close();
    this.#open.clear();
  }

  /** How many connections were answered. */
  get carried(): number {
    return this.#carried;
  }

  restore(): void {
    this.#answered = true;
  }

  #carry(socket: WebSocketRoute): void {
    if (!this.#answered) return;
    socket.connectToServer();
    this.#carried++;
    this.#open.add(socket);
  }
}
