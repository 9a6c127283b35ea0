import { useCallback, useEffect, useState } from "react";
import { shownFor } from "../../../call/tellings";

/** A word of what one did, which goes after a while, and as soon as `situation`, in which it was true, is another. */
export function useBriefly<T>(situation = ""): [T | undefined, (word: T | undefined) => void] {
  const [said, setSaid] = useState<{ word: T; situation: string }>();
  if (said !== undefined && said.situation !== situation) setSaid(undefined);
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => {
      setSaid(undefined);
    }, shownFor);
    return () => {
      clearTimeout(timer);
    };
  }, [said]);
  const say = useCallback((word: T | undefined) => { setSaid(word === undefined ? undefined : { word, situation }); }, [situation]);
  return [said?.word, say];
}
