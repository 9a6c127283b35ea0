/** The keys of a call. Ctrl stands for ⌘ on macOS. */
export const actions = ["mic", "camera", "talk", "hand", "chat", "people", "waiting", "react", "fullscreen", "toolbar", "list"] as const;
/** Those that do nothing for who does not host. */
export const hostActions: readonly string[] = ["waiting"] satisfies (typeof actions)[number][];
export type Action = (typeof actions)[number];

interface Keys {
  /** KeyboardEvent.code for letters by place would move on AZERTY: the letter itself counts. */
  key: string;
  control: boolean;
  shift: boolean;
}

const shortcuts: Record<Action, Keys> = {
  mic: { key: "d", control: true, shift: false },
  camera: { key: "e", control: true, shift: false },
  talk: { key: "v", control: false, shift: false },
  hand: { key: "h", control: true, shift: true },
  chat: { key: "m", control: true, shift: true },
  people: { key: "p", control: true, shift: true },
  waiting: { key: "l", control: true, shift: true },
  react: { key: "e", control: true, shift: true },
  fullscreen: { key: "f", control: true, shift: true },
  toolbar: { key: "F2", control: false, shift: false },
  list: { key: "/", control: true, shift: true },
};

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export function actionOf(event: Pressed): Action | undefined {
  if (event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const control = event.ctrlKey || event.metaKey;
  return actions.find((action) => {
    const wanted = shortcuts[action];
    // Shift and / give another character on most keyboards ("?" in English, ":" on a French one).
    const same = action === "list" ? ["/", "?", ":"].includes(key) : wanted.key === key;
    return same && wanted.control === control && wanted.shift === event.shiftKey;
  });
}

export function keysOf(action: Action, mac: boolean): string[] {
  const { key, control, shift } = shortcuts[action];
  return [...(control ? [mac ? "⌘" : "Ctrl"] : []), ...(shift ? [mac ? "⇧" : "Shift"] : []), key.length === 1 ? key.toUpperCase() : key];
}
