import { useSyncExternalStore } from "react";
import type { Store } from "../call/store";

/** The bridge from the engine to React: a part of a store's value, drawn anew when that part changes. */
export function useStore<T, Part>(store: Store<T>, part: (value: T) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => part(store.get()));
}
