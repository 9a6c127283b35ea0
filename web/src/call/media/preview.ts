import type { Wishes } from "../ports";
import { Store } from "../store";
import { listDevices, onDeviceChange, open, troubleOf, type DeviceKind, type DeviceList, type DeviceTrouble } from "./devices";

/** One device before the call. `on` is what the person wants; the track is there when it works. */
export interface Source {
  on: boolean;
  opening: boolean;
  deviceId: string | undefined;
  track: MediaStreamTrack | undefined;
  trouble: DeviceTrouble | undefined;
}

export interface PreviewView {
  mic: Source;
  camera: Source;
  speakerId: string | undefined;
  devices: DeviceList;
}

/** Where choices are remembered from one meeting to the next. */
export interface Memory {
  recall(key: string): string | null;
  remember(key: string, value: string): void;
}

/**
 * Camera and microphone before the call. It owns the tracks until handOver gives them to the call, and stops them when
 * the page goes elsewhere, so that no lamp stays lit.
 */
export class Preview {
  readonly view: Store<PreviewView>;
  private readonly memory: Memory;
  private readonly stopListening: () => void;
  private readonly handed = new Set<MediaStreamTrack | undefined>();
  private stopped = false;
  private tries = { mic: 0, camera: 0 };

  constructor(memory: Memory) {
    this.memory = memory;
    this.view = new Store<PreviewView>({
      mic: this.source("mic"),
      camera: this.source("camera"),
      speakerId: memory.recall("speaker") ?? undefined,
      devices: { mic: [], camera: [], speaker: [] },
    });
    this.stopListening = onDeviceChange(() => void this.list());
  }

  async start(): Promise<void> {
    // One after the other, so that browsers ask one question at a time and each answer stands for one device.
    for (const kind of ["mic", "camera"] as const) {
      if (this.stopped) return;
      if (this.view.get()[kind].on) await this.open(kind);
    }
    await this.list();
  }

  async turn(kind: DeviceKind, on: boolean): Promise<void> {
    this.memory.remember(`${kind}On`, on ? "yes" : "no");
    if (on) {
      await this.open(kind);
      await this.list();
      return;
    }
    this.close(kind);
  }

  /** Closes the microphone for this room alone: what one likes elsewhere stays remembered. */
  hush(): void {
    this.close("mic");
  }

  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    this.memory.remember(kind, deviceId);
    this.change(kind, { deviceId });
    if (this.view.get()[kind].on) await this.open(kind);
  }

  chooseSpeaker(speakerId: string): void {
    this.memory.remember("speaker", speakerId);
    this.view.set({ speakerId });
  }

  /** Gives the tracks to the call; this preview no longer stops them. A device that is still opening is the call's to open. */
  handOver(): Wishes {
    const { mic, camera, speakerId } = this.view.get();
    const wish = ({ on, deviceId, track, trouble }: Source) => ({ on: on && trouble === undefined, deviceId, track });
    const wishes = { mic: wish(mic), camera: wish(camera), speakerId };
    this.handed.add(mic.track).add(camera.track); // the picture stays until the call is there
    return wishes;
  }

  stop(): void {
    this.stopped = true;
    this.stopListening();
    for (const { track } of [this.view.get().mic, this.view.get().camera]) {
      if (!this.handed.has(track)) track?.stop();
    }
  }

  private close(kind: DeviceKind): void {
    this.tries[kind] += 1;
    this.view.get()[kind].track?.stop();
    this.change(kind, { on: false, opening: false, track: undefined, trouble: undefined });
  }

  private async open(kind: DeviceKind): Promise<void> {
    const attempt = ++this.tries[kind];
    this.view.get()[kind].track?.stop();
    this.change(kind, { on: true, opening: true, track: undefined, trouble: undefined });
    try {
      const track = await open(kind, this.view.get()[kind].deviceId);
      if (this.stopped || attempt !== this.tries[kind]) {
        track.stop();
        return;
      }
      track.addEventListener("ended", () => {
        if (this.view.get()[kind].track === track) this.change(kind, { track: undefined, trouble: "none" });
      });
      this.change(kind, { opening: false, track, deviceId: track.getSettings().deviceId });
    } catch (error) {
      if (attempt === this.tries[kind]) this.change(kind, { opening: false, trouble: troubleOf(error) });
    }
  }

  private async list(): Promise<void> {
    const devices = await listDevices().catch(() => undefined);
    if (devices !== undefined && !this.stopped) this.view.set({ devices });
  }

  private source(kind: DeviceKind): Source {
    return {
      on: this.memory.recall(`${kind}On`) !== "no",
      opening: false,
      deviceId: this.memory.recall(kind) ?? undefined,
      track: undefined,
      trouble: undefined,
    };
  }

  private change(kind: DeviceKind, change: Partial<Source>): void {
    this.view.set({ [kind]: { ...this.view.get()[kind], ...change } });
  }
}
