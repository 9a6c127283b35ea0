export const holdsKey = ["admin", "privacy", "holds"] as const;
export const previewKey = (id: string) => ["admin", "privacy", "erasure", id] as const;
export const personKey = (id: string) => ["admin", "privacy", "person", id] as const;
