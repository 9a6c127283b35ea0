import { useEffect, useId, useRef } from "react";
import { watchLevel } from "../call/media/level";
import s from "./ui.module.css";

/** A bar that moves with the voice. It writes the element directly: twenty drawings a second are none of React's. */
export function LevelMeter({ track, label, hint }: { track: MediaStreamTrack; label: string; hint: string }) {
  const ref = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    let told = 0;
    return watchLevel(track, (level) => {
      const bar = ref.current;
      bar?.style.setProperty("--level", level.toFixed(2));
      if (Date.now() - told < 1000) return;
      told = Date.now();
      bar?.setAttribute("aria-valuenow", String(Math.round(level * 100)));
    });
  }, [track]);
  return (
    <div className={s.levelBox}>
      <div ref={ref} className={s.meter} role="meter" aria-label={label} aria-describedby={id} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0}>
        <div className={s.level} />
      </div>
      <span id={id} className="small muted">
        {hint}
      </span>
    </div>
  );
}
