import { useEffect, useRef } from "react";

/**
 * Who decides about somebody presses a button that goes with them: then the focus goes to where the list is headed, or
 * what stands in its place. Call `acted` with each press; nobody else's focus is moved.
 */
export function useKeptFocus<T extends HTMLElement>(count: number) {
  const head = useRef<T>(null);
  const acts = useRef(false);
  useEffect(() => {
    if (acts.current && (document.activeElement === null || document.activeElement === document.body)) {
      acts.current = false;
      head.current?.focus();
    }
  }, [count]);
  return {
    head,
    acted: () => {
      acts.current = true;
    },
  };
}
