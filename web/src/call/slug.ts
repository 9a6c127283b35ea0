const slug = /^[a-z]{3}-[a-z]{4}-[a-z]{3}$/;
const letters = /^[a-z]{10}$/;

export function isSlug(text: string): boolean {
  return slug.test(text);
}

/** What somebody typed or pasted to join: a room, or why it is none. */
export type Typed =
  | { kind: "room"; slug: string }
  | { kind: "empty" }
  | { kind: "elsewhere"; host: string }
  | { kind: "wrong" };

/**
 * Reads a code (hyphens, spaces and capitals forgiven) or a link. A link counts only when it is one of ours: to follow
 * another site's link to our room of the same code would bring people together who did not ask for it.
 */
export function parseCode(text: string, origin: string): Typed {
  const trimmed = text.trim();
  if (trimmed === "") return { kind: "empty" };
  const url = asUrl(trimmed, origin);
  if (url !== undefined) {
    if (url.host !== new URL(origin).host) return { kind: "elsewhere", host: url.host };
    return room(url.pathname.replace(/^\/(rooms\/)?/, "").replace(/\/$/, ""));
  }
  return room(trimmed);
}

function room(code: string): Typed {
  const compact = code.toLowerCase().replace(/[\s\u2010-\u2015-]/g, "");
  if (!letters.test(compact)) return { kind: "wrong" };
  return { kind: "room", slug: `${compact.slice(0, 3)}-${compact.slice(3, 7)}-${compact.slice(7)}` };
}

// People copy links with and without their scheme.
function asUrl(text: string, origin: string): URL | undefined {
  if (!text.includes("/")) return undefined;
  const withScheme = /^https?:\/\//i.test(text) ? text : `${new URL(origin).protocol}//${text.replace(/^\/+/, "")}`;
  return URL.canParse(withScheme) ? new URL(withScheme) : undefined;
}
