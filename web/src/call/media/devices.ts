/** Microphone and camera before the call, by the browser's own means: livekit-client is not loaded yet. */

export type DeviceKind = "mic" | "camera";

/** What keeps a device from working, in the words in which a person can act on it. */
export type DeviceTrouble =
  | "refused-by-browser"
  | "refused-by-system"
  | "none"
  | "busy"
  | "insecure"
  | "not-allowed-here"
  | "failed";

/**
 * Names of getUserMedia's failures (Media Capture and Streams §10.3) differ between browsers: Chromium says
 * NotAllowedError with "system" in the message when the operating system refuses, NotReadableError when another
 * application holds the device (Firefox too, older ones TrackStartError).
 */
export function troubleOf(error: unknown): DeviceTrouble {
  const { name, message } = named(error);
  switch (name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
    case "SecurityError":
      return /system|operating/i.test(message) ? "refused-by-system" : "refused-by-browser";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "busy";
    case "InsecureError":
      return "insecure";
    default:
      return "failed";
  }
}

// OverconstrainedError is no Error in every browser: what it is called is what counts.
export function named(error: unknown): { name: string; message: string } {
  if (typeof error !== "object" || error === null) return { name: "", message: "" };
  const text = (key: "name" | "message") => String((error as Record<string, unknown>)[key] ?? "");
  return { name: text("name"), message: text("message") };
}

class InsecureError extends Error {
  override name = "InsecureError";
}

const video = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export function constraintsOf(kind: DeviceKind, deviceId: string | undefined): MediaTrackConstraints {
  const wanted = kind === "mic" ? audio : video;
  return deviceId === undefined ? wanted : { ...wanted, deviceId: { ideal: deviceId } };
}

/** Opens a device; a remembered one that is gone gives way to the default. Throws what getUserMedia throws. */
export async function open(kind: DeviceKind, deviceId?: string): Promise<MediaStreamTrack> {
  if (!("mediaDevices" in navigator)) throw new InsecureError("media devices need a secure address");
  const wanted = constraintsOf(kind, deviceId);
  const stream = await navigator.mediaDevices.getUserMedia(kind === "mic" ? { audio: wanted } : { video: wanted });
  const track = stream.getTracks()[0];
  if (track === undefined) throw new DOMException("no track", "NotFoundError");
  return track;
}

export interface Device {
  id: string;
  label: string;
}
export type DeviceList = Record<DeviceKind | "speaker", Device[]>;

const kinds: Record<MediaDeviceKind, keyof DeviceList> = {
  audioinput: "mic",
  videoinput: "camera",
  audiooutput: "speaker",
};

export async function listDevices(): Promise<DeviceList> {
  const list: DeviceList = { mic: [], camera: [], speaker: [] };
  if (!("mediaDevices" in navigator)) return list;
  for (const { kind, deviceId, label } of await navigator.mediaDevices.enumerateDevices()) {
    // Without permission browsers list devices that have no id: they cannot be chosen.
    if (deviceId !== "") list[kinds[kind]].push({ id: deviceId, label });
  }
  return list;
}

export function onDeviceChange(listener: () => void): () => void {
  if (!("mediaDevices" in navigator)) return () => undefined;
  navigator.mediaDevices.addEventListener("devicechange", listener);
  return () => {
    navigator.mediaDevices.removeEventListener("devicechange", listener);
  };
}

export const canChooseSpeaker = (): boolean => "setSinkId" in HTMLMediaElement.prototype;
export const canShareScreen = (): boolean => "mediaDevices" in navigator && "getDisplayMedia" in navigator.mediaDevices;
