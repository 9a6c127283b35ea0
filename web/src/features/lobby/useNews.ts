import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Knock } from "../../api/lobby";
import { chime } from "./chime";

/** Who came last, of those who still wait. Everybody is news once, though a stream begins anew; a sound goes with it. */
export function useNews(items: readonly Knock[], inCall = false): readonly Knock[] {
  const known = useRef(new Set<string>());
  const [last, setLast] = useState<ReadonlySet<string>>(new Set());
  const told = useEffectEvent((fresh: readonly Knock[]) => {
    chime(inCall);
    setLast(new Set(fresh.map(({ id }) => id)));
  });
  useEffect(() => {
    const fresh = items.filter(({ id }) => !known.current.has(id));
    for (const { id } of fresh) known.current.add(id);
    if (fresh.length > 0) told(fresh);
  }, [items]);
  return items.filter(({ id }) => last.has(id));
}
