import { useEffect, useState } from "react";

/** What a text has come to once nobody types any more. */
export function useSettled(text: string, pause = 250): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(text);
    }, pause);
    return () => {
      clearTimeout(timer);
    };
  }, [text, pause]);
  return settled;
}
