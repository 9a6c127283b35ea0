import { openOutside } from "./frame";

/** What is asked before the address changes, where a page has something to lose: go is what leaves it. */
type Guard = (go: () => void) => void;

let guard: Guard | undefined;

/** Answers how to stop asking. */
export function askBeforeLeaving(ask: Guard): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = undefined;
  };
}

/** What is saved is lost no more, before the page has been drawn anew. */
export function leaveFreely(): void {
  guard = undefined;
}

/** For the router, which comes by here for each change of the address that a page makes. */
export function aroundNav<To, Options>(navigate: (to: To, options?: Options) => void, to: To, options?: Options): void {
  if (typeof to === "string" && openOutside(to)) return;
  const go = () => {
    navigate(to, options);
  };
  if (guard === undefined) go();
  else guard(go);
}
