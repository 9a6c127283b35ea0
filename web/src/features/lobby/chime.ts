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

// All tabs hear of a newcomer at about the same time; one that is out of sight may be a second late.
const politeness = 300;
const settled = 2000;

let context: AudioContext | undefined;
let rungAt = -Infinity;

/**
 * Two soft tones, made here and not loaded; a crowd at the door rings once, and in one tab of the browser: the one in the
 * call, where there is one.
 */
export function chime(inCall: boolean): void {
  if (!isChimeOn() || typeof AudioContext === "undefined" || performance.now() - rungAt < apart) return;
  rungAt = performance.now(); // whichever tab does
  try {
    context ??= new AudioContext();
    const sound = context;
    // The browser keeps silent what no click has allowed yet: then another tab may ring, or the eye has to do.
    sound.resume().then(() => inOneTab(inCall, () => { play(sound); })).catch(() => undefined);
  } catch {
    context = undefined;
  }
}

/** Whoever gets the lock rings, and keeps it until the other tabs have asked in vain. Without locks every tab rings. */
async function inOneTab(inCall: boolean, ring: () => void): Promise<void> {
  if (!("locks" in navigator)) {
    ring();
    return;
  }
  if (!inCall) await pause(politeness);
  await navigator.locks.request("parvis chime", { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    ring();
    await pause(settled);
  }).catch(ring); // a browser that refuses locks
}

const pause = (long: number) => new Promise((done) => setTimeout(done, long));

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
