import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { build } from "esbuild";

import type { Platform } from "./platform.ts";
import { mediaToken } from "./sfu.ts";

const script = `
import { Room, createLocalTracks } from "livekit-client";
const { url, token } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const tracks = await createLocalTracks({ audio: true, video: true });
const room = new Room({ adaptiveStream: true, dynacast: true });
room.on("trackSubscribed", (track) => document.body.append(track.attach()));
document.querySelector("button").addEventListener("click", async () => {
  await room.connect(url, token);
  for (const track of tracks) await room.localParticipant.publishTrack(track);
});
document.querySelector("button").disabled = false;
`;

const page = `<!doctype html><title>bare</title><body><button disabled>Join</button><script type="module" src="/bare.js"></script>`;

/** The least that a page can be which joins a room: livekit-client and a button. It speaks to the SFU directly. */
export class BarePage {
  private constructor(private readonly server: Server, private readonly platform: Platform) {}

  static async serve(platform: Platform): Promise<BarePage> {
    const bundle = await build({
      stdin: { contents: script, resolveDir: import.meta.dirname, loader: "js" },
      bundle: true, minify: true, format: "esm", target: "es2022", write: false,
    });
    const code = bundle.outputFiles[0]?.text ?? "";
    const server = createServer((request, response) => {
      const isScript = request.url === "/bare.js";
      response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
      response.end(isScript ? code : page);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new BarePage(server, platform);
  }

  get host(): string {
    return `localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** The host of the media server, to which the page speaks. */
  get sfu(): string {
    return `127.0.0.1:${this.platform.sfuPort}`;
  }

  /** The page's address for somebody new in an SFU room. */
  address(room: string): string {
    const settings = { url: `ws://${this.sfu}`, token: mediaToken(this.platform, { roomJoin: true, room }, { sub: randomUUID(), name: "bare" }) };
    return `http://${this.host}/#${encodeURIComponent(JSON.stringify(settings))}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
