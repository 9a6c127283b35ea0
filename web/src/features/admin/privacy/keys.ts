export const holdsKey = ["admin", "privacy", "holds"] as const;
export const previewKey = (id: string) => ["admin", "privacy", "erasure", id] as const;
