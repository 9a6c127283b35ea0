import { useEffect, useEffectEvent } from "react";

/** Does something at a moment, and when somebody looks at the page again: timers sleep with a laptop. */
export function useTurn(moment: Date, act: () => void): void {
  const turn = useEffectEvent(act);
  const at = moment.getTime();
  useEffect(() => {
    const timer = setTimeout(turn, Math.max(0, at - Date.now()) + 1);
    return () => {
      clearTimeout(timer);
    };
  }, [at]);
  useEffect(() => {
    const seen = () => {
      if (document.visibilityState === "visible") turn();
    };
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
    };
  }, []);
}
