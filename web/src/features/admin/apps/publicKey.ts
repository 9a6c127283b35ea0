import type { PublicKey } from "../../../api/software";

/** What is wrong with a text that should be a public key. */
export type KeyMistake = "unreadable" | "private" | "kind";

export type ReadKey = { key: PublicKey; kid: string } | { mistake: KeyMistake };

/** What no public key has (RFC 7518 §6): a text with one of these never leaves the page. */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

const kinds: Record<string, readonly (string | undefined)[]> = { RSA: [undefined], EC: ["P-256", "P-384"], OKP: ["Ed25519"] };

/** By what names a browser takes a key in PEM, which does not say them itself. */
const algorithms = [
  { name: "Ed25519" },
  { name: "ECDSA", namedCurve: "P-256" },
  { name: "ECDSA", namedCurve: "P-384" },
  { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
] as const;

/** Reads a public key as a JWK (RFC 7517), alone or the only one of a set, or in PEM (RFC 7468). */
export async function readKey(text: string): Promise<ReadKey> {
  const trimmed = text.trim();
  if (trimmed.startsWith("-----BEGIN")) return readPem(trimmed);
  try {
    return readJwk(JSON.parse(trimmed) as unknown);
  } catch {
    return { mistake: "unreadable" };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readJwk(value: unknown): ReadKey {
  if (!isObject(value)) return { mistake: "unreadable" };
  if (Array.isArray(value["keys"])) return value["keys"].length === 1 ? readJwk(value["keys"][0]) : { mistake: "unreadable" };
  if (secretMembers.some((member) => member in value)) return { mistake: "private" };
  const { kty, crv, kid } = value;
  if (typeof kty !== "string" || !(kinds[kty]?.includes(crv as string | undefined) ?? false)) return { mistake: "kind" };
  const members = ["kty", "crv", "x", "y", "n", "e", "alg", "use"].filter((member) => typeof value[member] === "string");
  const key = Object.fromEntries(members.map((member) => [member, value[member]])) as unknown as PublicKey;
  return { key, kid: typeof kid === "string" ? kid : "" };
}

async function readPem(text: string): Promise<ReadKey> {
  if (text.includes("PRIVATE KEY")) return { mistake: "private" };
  const inside = /^-----BEGIN PUBLIC KEY-----([\sA-Za-z0-9+/=]+)-----END PUBLIC KEY-----$/.exec(text)?.[1];
  if (inside === undefined) return { mistake: "unreadable" };
  let der: Uint8Array<ArrayBuffer>;
  try {
    der = Uint8Array.from(atob(inside.replace(/\s/g, "")), (one) => one.charCodeAt(0));
  } catch {
    return { mistake: "unreadable" };
  }
  for (const algorithm of algorithms) {
    try {
      const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey("jwk", await crypto.subtle.importKey("spki", der, algorithm, true, ["verify"]));
      return readJwk(JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })));
    } catch {
      continue; // it is of another kind
    }
  }
  return { mistake: "kind" };
}

/** What the server lets a key be called: it stands in an address. */
export const kidFits = (kid: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(kid);
