import { useState } from "react";

/** What has begun when it is drawn is past changing. */
export function useBegun(start: string): boolean {
  const [now] = useState(() => Date.now());
  return Date.parse(start) <= now;
}
