import type { BrowserContext, Page } from "@playwright/test";

/** What the witness in a page has seen of its media. Sums go over all peer connections that are open. */
export interface MediaSeen {
  /** Video frames decoded, by the id of the remote track. */
  frames: Record<string, number>;
  /** Energy and seconds of the audio received (RFC: webrtc-stats totalAudioEnergy, totalSamplesDuration). */
  audioEnergy: number;
  audioSeconds: number;
  /** Bytes of audio that came in. */
  audioBytes: number;
}

interface Watching {
  peers: RTCPeerConnection[];
  iceServers: string[];
  clickedAt: number;
  firstFrameAt: number;
  seen(): Promise<MediaSeen>;
}

declare global {
  interface Window {
    __witness: Watching;
  }
}

/** Runs in the page before its own scripts: keeps every peer connection and every ICE server that one was given. */
function watch(): void {
  const peers: RTCPeerConnection[] = [];
  const iceServers: string[] = [];
  const note = (configuration?: RTCConfiguration) => {
    for (const server of configuration?.iceServers ?? []) iceServers.push(...[server.urls].flat());
  };

  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      note(configuration);
      peers.push(this);
      this.addEventListener("track", (event) => {
        if (event.track.kind === "video") void firstFrame(this);
      });
    }
    override setConfiguration(configuration?: RTCConfiguration): void {
      note(configuration);
      super.setConfiguration(configuration);
    }
  };

  /** Looks each 10 ms for the first decoded frame, to the precision that a person could tell. */
  async function firstFrame(peer: RTCPeerConnection): Promise<void> {
    while (witness.firstFrameAt === 0 && peer.connectionState !== "closed") {
      for (const report of (await peer.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === "video" && report.framesDecoded > 0) {
          witness.firstFrameAt ||= performance.now();
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const witness: Watching = {
    peers,
    iceServers,
    clickedAt: 0,
    firstFrameAt: 0,
    async seen() {
      const seen: MediaSeen = { frames: {}, audioEnergy: 0, audioSeconds: 0, audioBytes: 0 };
      for (const peer of peers.filter((p) => p.connectionState !== "closed")) {
        for (const report of (await peer.getStats()).values()) {
          if (report.type !== "inbound-rtp") continue;
          if (report.kind === "video") seen.frames[report.trackIdentifier] = report.framesDecoded ?? 0;
          else {
            seen.audioEnergy += report.totalAudioEnergy ?? 0;
            seen.audioSeconds += report.totalSamplesDuration ?? 0;
            seen.audioBytes += report.bytesReceived ?? 0;
          }
        }
      }
      return seen;
    },
  };
  window.__witness = witness;
  window.addEventListener("click", () => { witness.clickedAt = performance.now(); witness.firstFrameAt = 0; }, { capture: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP violation: ${event.effectiveDirective} blocked ${event.blockedURI}`);
  });
}

/** What nobody wants to find in a browser after a test: kept for all pages of a context. */
export class Witness {
  readonly #errors: string[] = [];
  readonly #hosts = new Set<string>();
  readonly #ownHosts = new Set<string>();
  readonly #allowed: RegExp[] = [];

  static async in(context: BrowserContext): Promise<Witness> {
    const witness = new Witness();
    await context.addInitScript(watch);
    context.on("request", (request) => witness.#visited(request.url()));
    context.on("page", (page) => witness.#listen(page));
    return witness;
  }

  /** Names errors that the test provokes: a refusal that the browser writes to its console, a connection that is cut. */
  allow(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  /** Names hosts of the test's own that its pages speak to beside the platform's. */
  allowHost(...hosts: string[]): void {
    for (const host of hosts) this.#ownHosts.add(host);
  }

  /** The hosts that were asked and are neither among those given nor the test's own. */
  foreignHosts(known: readonly string[]): string[] {
    return [...this.#hosts].filter((host) => !known.includes(host) && !this.#ownHosts.has(host));
  }

  /** The errors that no test provoked. */
  unexpected(): string[] {
    return this.#errors.filter((text) => !this.#allowed.some((pattern) => pattern.test(text)));
  }

  #listen(page: Page): void {
    page.on("pageerror", (error) => this.#errors.push(`exception: ${error.message}`));
    page.on("websocket", (socket) => this.#visited(socket.url()));
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      this.#errors.push(`${message.text()} (${message.location().url})`);
    });
  }

  #visited(address: string): void {
    const url = new URL(address);
    if (url.host) this.#hosts.add(url.host); // data: and blob: have none
  }
}
