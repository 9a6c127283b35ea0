/** The locks of one browser, as its tabs see them: granted when free, else not at all. */
export function browserLocks() {
  const taken = new Set<string>();
  return {
    taken,
    request: async (name: string, _: { ifAvailable: boolean }, held: (lock: object | null) => Promise<void> | undefined) => {
      if (taken.has(name)) return held(null);
      taken.add(name);
      await held({});
      taken.delete(name);
    },
  };
}
