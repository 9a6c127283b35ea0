// What this browser remembers by itself: never a secret, never needed. Storage may be refused (private windows).
const prefix = "parvis.";

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(prefix + key, value);
  } catch {
    // The page works without a memory.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}
