import { createServer, connect, type Server, type Socket } from "node:net";

import { freePort } from "./ports.ts";

/**
 * A cable between browsers and the platform that a test can cut: bytes pass as they are, and `cutSignalling` tears the
 * connections on which a call is signalled without a farewell to either side, as a failing network would.
 */
export class Wire {
  readonly #signalling = new Set<Socket>();
  readonly #all = new Set<Socket>();
  #server: Server | undefined;

  private constructor(readonly port: number) {}

  static async lay(): Promise<Wire> {
    return new Wire(await freePort());
  }

  /** Connects the wire to the port that the platform listens on. */
  async connect(target: number): Promise<void> {
    this.#server = createServer((browser) => this.#carry(browser, target));
    await new Promise<void>((resolve) => this.#server?.listen(this.port, "127.0.0.1", resolve));
  }

  /** Tears the signalling connections and answers how many there were. */
  cutSignalling(): number {
    const cut = this.#signalling.size;
    for (const socket of this.#signalling) socket.resetAndDestroy();
    return cut;
  }

  async remove(): Promise<void> {
    for (const socket of this.#all) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #carry(browser: Socket, target: number): void {
    const platform = connect(target, "127.0.0.1");
    browser.on("data", (bytes: Buffer) => {
      if (bytes.toString("latin1", 0, 20).startsWith("GET /livekit/rtc")) this.#signalling.add(browser);
    });
    browser.pipe(platform).pipe(browser);
    for (const [one, other] of [[browser, platform], [platform, browser]] as const) {
      this.#all.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        other.destroy();
        this.#all.delete(one);
        this.#signalling.delete(one);
      });
    }
  }
}
