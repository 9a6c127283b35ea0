import {
  DefaultReconnectPolicy,
  DisconnectReason,
  LocalAudioTrack,
  LocalVideoTrack,
  type Participant,
  Room,
  RoomEvent,
  ScreenSharePresets,
  setLogLevel,
  Track,
  type TrackPublication,
} from "livekit-client";
import type { Person, TrackReference } from "../people";
import type { Cut } from "../phase";
import type { Media, MediaEvents, Own, Publishable, Wishes } from "../ports";
import { constraintsOf, named, troubleOf, type DeviceKind } from "./devices";

// What a person can act upon comes as an event or a rejection, and is shown; the library's own account of each retry
// would fill the console during an outage.
setLogLevel("silent");

const topic = "parvis";

// Tight at first, so that an SFU which restarts has its people back within seconds; given up after about 20 s, when a
// new pass is more likely to help than the old one.
const reconnectDelays = [0, 300, 600, 1000, 1000, 1500, 1500, 2000, 2000, 2500, 2500, 2500];

const sources: Record<Publishable, Track.Source> = {
  mic: Track.Source.Microphone,
  camera: Track.Source.Camera,
  screen: Track.Source.ScreenShare,
};
// TrackSource of LiveKit's protocol, in which permissions are written.
const permissionNumbers: Record<Publishable, number> = { camera: 1, mic: 2, screen: 3 };

const deviceKinds = { mic: "audioinput", camera: "videoinput", speaker: "audiooutput" } as const;

const cuts: Partial<Record<DisconnectReason, Cut>> = {
  [DisconnectReason.CLIENT_INITIATED]: "asked",
  [DisconnectReason.DUPLICATE_IDENTITY]: "duplicate",
  [DisconnectReason.PARTICIPANT_REMOVED]: "removed",
  [DisconnectReason.ROOM_DELETED]: "ended",
  [DisconnectReason.ROOM_CLOSED]: "ended",
};

const changes = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.ParticipantPermissionsChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.Connected,
] as const;

/**
 * livekit-client behind the engine's port: the only file that speaks it. It publishes what the person turned on, over
 * all connections, and never sends data: chat, hands and reactions go through our API.
 */
export class LiveKitMedia implements Media {
  private readonly room: Room;
  private readonly events: MediaEvents;
  private readonly on: Record<DeviceKind, boolean>;
  private readonly handed: Partial<Record<DeviceKind, MediaStreamTrack>>;
  private publishing = true;
  private closing = false;
  private told = false;

  constructor(events: MediaEvents, wishes: Wishes) {
    this.events = events;
    this.on = { mic: wishes.mic.on, camera: wishes.camera.on };
    this.handed = { mic: wishes.mic.track, camera: wishes.camera.track };
    this.room = new Room({
      adaptiveStream: true,
      dynacast: true,
      disconnectOnPageLeave: false, // it also fires when somebody stays after all; the page says goodbye itself
      reconnectPolicy: new DefaultReconnectPolicy(reconnectDelays),
      audioCaptureDefaults: { ...constraintsOf("mic", undefined), deviceId: wishes.mic.deviceId },
      videoCaptureDefaults: { deviceId: wishes.camera.deviceId, resolution: { width: 1280, height: 720, frameRate: 30 } },
      ...(wishes.speakerId === undefined ? {} : { audioOutput: { deviceId: wishes.speakerId } }),
    });
    this.listen();
  }

  async connect(url: string, token: string): Promise<void> {
    this.closing = false;
    this.publishing = true;
    await this.room.connect(url, token, { maxRetries: 0 });
    void this.publishChosen();
  }

  async disconnect(): Promise<void> {
    this.closing = true;
    this.dropHanded();
    await this.room.disconnect();
  }

  async turn(kind: Publishable, on: boolean): Promise<void> {
    if (kind !== "screen") this.on[kind] = on;
    try {
      await this.set(kind, on);
    } catch (error) {
      if (kind !== "screen") this.on[kind] = false;
      // Closing the browser's own picker of screens is a choice, not a failure.
      if (kind !== "screen" || !isRefusal(error)) this.events.trouble(kind, troubleOf(error));
    }
    this.tellSoon();
  }

  async choose(kind: DeviceKind | "speaker", deviceId: string): Promise<void> {
    try {
      await this.room.switchActiveDevice(deviceKinds[kind], deviceId);
    } catch (error) {
      this.events.trouble(kind === "speaker" ? "mic" : kind, troubleOf(error));
    }
  }

  chosen(kind: DeviceKind | "speaker"): string | undefined {
    return this.room.getActiveDevice(deviceKinds[kind]);
  }

  micTrack(): MediaStreamTrack | undefined {
    return this.room.localParticipant.getTrackPublication(Track.Source.Microphone)?.track?.mediaStreamTrack;
  }

  async startSound(): Promise<void> {
    await this.room.startAudio();
  }

  private async publishChosen(): Promise<void> {
    await Promise.all(
      (["mic", "camera"] as const).map(async (kind) => {
        if (!this.may(kind)) this.on[kind] = false;
        if (!this.on[kind]) return;
        try {
          await this.publishHanded(kind);
          if (!this.wants(kind)) await this.set(kind, false); // turned off meanwhile
        } catch (error) {
          this.on[kind] = false;
          this.events.trouble(kind, troubleOf(error));
        }
      }),
    );
    this.dropHanded();
    this.publishing = false;
    this.tellSoon();
  }

  // The preview's track goes on air: opening the device a second time would cost half a second and a second lamp.
  private async publishHanded(kind: DeviceKind): Promise<void> {
    const track = this.handed[kind];
    this.handed[kind] = undefined;
    if (track?.readyState !== "live") return this.set(kind, true);
    const deviceId = track.getSettings().deviceId;
    const constraints = constraintsOf(kind, deviceId);
    const local =
      kind === "mic" ? new LocalAudioTrack(track, constraints, false) : new LocalVideoTrack(track, constraints, false);
    await this.room.localParticipant.publishTrack(local, { source: sources[kind] });
  }

  private dropHanded(): void {
    this.handed.mic?.stop();
    this.handed.camera?.stop();
    this.handed.mic = this.handed.camera = undefined;
  }

  private async set(kind: Publishable, on: boolean): Promise<void> {
    const me = this.room.localParticipant;
    switch (kind) {
      case "mic":
        await me.setMicrophoneEnabled(on);
        break;
      case "camera":
        await me.setCameraEnabled(on);
        break;
      case "screen":
        await me.setScreenShareEnabled(on, {
          audio: true,
          contentHint: "detail",
          resolution: ScreenSharePresets.h1080fps15.resolution,
          selfBrowserSurface: "exclude",
          surfaceSwitching: "include",
          systemAudio: "include",
        });
    }
  }

  private wants(kind: DeviceKind): boolean {
    return this.on[kind];
  }

  // What is about to go on air counts as on, so that no switch flickers while a connection is made.
  private isOn(kind: DeviceKind): boolean {
    const me = this.room.localParticipant;
    const onAir = kind === "mic" ? me.isMicrophoneEnabled : me.isCameraEnabled;
    return onAir || (this.publishing && this.wants(kind) && this.may(kind));
  }

  private may(kind: Publishable): boolean {
    const allowed = this.room.localParticipant.permissions;
    if (allowed === undefined) return true;
    const numbers = allowed.canPublishSources.map(Number);
    return allowed.canPublish && (numbers.length === 0 || numbers.includes(permissionNumbers[kind]));
  }

  private listen(): void {
    const { room, events } = this;
    for (const change of changes) {
      room.on(change, () => {
        this.tellSoon();
      });
    }
    room
      .on(RoomEvent.TrackMuted, (publication, participant) => {
        if (participant === room.localParticipant) this.silenced(publication.source);
      })
      .on(RoomEvent.ParticipantPermissionsChanged, (_before, participant) => {
        if (participant === room.localParticipant) this.dropForbidden();
      })
      .on(RoomEvent.SignalReconnecting, () => {
        events.healing();
      })
      .on(RoomEvent.Reconnecting, () => {
        events.healing();
      })
      .on(RoomEvent.Reconnected, () => {
        events.healed();
        this.tellSoon();
      })
      .on(RoomEvent.Disconnected, (reason) => {
        // Cut by the server before media ran, connect() would wait for it 15 s more, and each later one with it: nothing
        // public ends the attempt once the room counts as disconnected.
        room["abortController"]?.abort();
        if (!this.closing) events.cut(cuts[reason ?? DisconnectReason.UNKNOWN_REASON] ?? "lost");
      })
      .on(RoomEvent.DataReceived, (payload, participant, _kind, about) => {
        // What carries a sender is from another browser: only the server speaks without one.
        if (participant === undefined && about === topic) events.signal(payload);
      })
      .on(RoomEvent.AudioPlaybackStatusChanged, () => {
        events.soundBlocked(!room.canPlaybackAudio);
      })
      .on(RoomEvent.MediaDevicesError, (error, kind) => {
        events.trouble(kind === "videoinput" ? "camera" : "mic", troubleOf(error));
      });
  }

  // Whoever turned it off, a later connection does not turn it on again.
  private silenced(source: Track.Source): void {
    if (source === Track.Source.Microphone) this.on.mic = false;
    if (source === Track.Source.Camera) this.on.camera = false;
  }

  // What may not be sent is not kept ready either: a right that comes back opens no device by itself.
  private dropForbidden(): void {
    for (const kind of ["mic", "camera"] as const) {
      if (!this.may(kind) && this.on[kind]) void this.turn(kind, false);
    }
  }

  // Several events come at once: one view for all of them.
  private tellSoon(): void {
    if (this.told) return;
    this.told = true;
    queueMicrotask(() => {
      this.told = false;
      this.events.people(this.people(), this.own());
    });
  }

  private people(): Person[] {
    const { localParticipant, remoteParticipants } = this.room;
    const others = [...remoteParticipants.values()].map((participant) => personOf(participant, false));
    others.sort((a, b) => a.joinedAt - b.joinedAt || a.id.localeCompare(b.id));
    if (localParticipant.identity === "") return others;
    const me = { ...personOf(localParticipant, true), micOn: this.isOn("mic"), cameraOn: this.isOn("camera") };
    return [me, ...others];
  }

  private own(): Own {
    const me = this.room.localParticipant;
    return {
      may: { mic: this.may("mic"), camera: this.may("camera"), screen: this.may("screen") },
      micOn: this.isOn("mic"),
      cameraOn: this.isOn("camera"),
      screenOn: me.isScreenShareEnabled,
    };
  }
}

function personOf(participant: Participant, mine: boolean): Person {
  const { attributes } = participant;
  return {
    id: participant.identity,
    name: participant.name ?? "",
    mine,
    assurance: attributes.assurance ?? "",
    organization: attributes.organization ?? "",
    role: attributes.role ?? "",
    administrator: attributes.administrator ?? "",
    micOn: participant.isMicrophoneEnabled,
    cameraOn: participant.isCameraEnabled,
    speaking: participant.isSpeaking && participant.isMicrophoneEnabled,
    joinedAt: participant.joinedAt?.getTime() ?? 0,
    camera: shown(participant, Track.Source.Camera),
    screen: shown(participant, Track.Source.ScreenShare),
    sounds: mine
      ? []
      : [Track.Source.Microphone, Track.Source.ScreenShareAudio].flatMap((source) => reference(participant, source) ?? []),
  };
}

function shown(participant: Participant, source: Track.Source): TrackReference | undefined {
  const track = reference(participant, source);
  return track === undefined || track.publication.isMuted ? undefined : track;
}

function reference(participant: Participant, source: Track.Source): TrackReference | undefined {
  const publication: TrackPublication | undefined = participant.getTrackPublication(source);
  return publication?.track === undefined ? undefined : { participant, publication, source };
}

function isRefusal(error: unknown): boolean {
  const { name, message } = named(error);
  return name === "NotAllowedError" && !/system/i.test(message);
}
