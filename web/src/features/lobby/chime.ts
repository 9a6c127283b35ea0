import { recall, remember } from "../../browser/storage";

const key = "knock-sound";

export const isChimeOn = (): boolean => recall(key) !== "off";

export function setChime(on: boolean): void {
  remember(key, on ? "on" : "off");
}

const tones = [
  { pitch: 587, at: 0 },
  { pitch: 784, at: 0.14 },
];
const loud = 0.12;
const long = 0.32;
const apart = 3000;

let context: AudioContext | undefined;
let playedAt = -Infinity;

/** Two soft tones, made here and not loaded; a crowd at the door rings once. */
export function chime(): void {
  if (!isChimeOn() || typeof AudioContext === "undefined" || performance.now() - playedAt < apart) return;
  playedAt = performance.now();
  try {
    context ??= new AudioContext();
    const sound = context;
    // The browser keeps silent what no click has allowed yet: then the eye has to do.
    sound.resume().then(() => { play(sound); }, () => undefined);
  } catch {
    context = undefined;
  }
}

function play(sound: AudioContext): void {
  for (const { pitch, at } of tones) {
    const start = sound.currentTime + at;
    const tone = sound.createOscillator();
    const gain = sound.createGain();
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loud, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + long);
    tone.connect(gain).connect(sound.destination);
    tone.start(start);
    tone.stop(start + long);
  }
}
