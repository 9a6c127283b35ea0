/** Measures how loud a microphone is, 0 to 1, about 20 times a second, until stopped. */
export function watchLevel(track: MediaStreamTrack, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    tell(loudness(samples));
  }, 50);
  // Browsers start audio only after a gesture, unless the page captures already.
  const resume = () => void context.resume().catch(() => undefined);
  document.addEventListener("pointerdown", resume);
  document.addEventListener("keydown", resume);
  return () => {
    clearInterval(timer);
    document.removeEventListener("pointerdown", resume);
    document.removeEventListener("keydown", resume);
    void context.close().catch(() => undefined);
  };
}

/** Root mean square of unsigned 8-bit samples on a scale where ordinary speech reaches the upper half. */
export function loudness(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-9);
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}
