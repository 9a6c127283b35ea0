import parse from "email-addresses";

/** What a server would take for an address; it looks closer. */
export function looksLikeAddress(text: string): boolean {
  return /^[^\s@,;<>()"]+@[^\s@.,;<>()[\]"]+(\.[^\s@.,;<>()[\]"]+)+$/.test(text) && text.length <= 254;
}

export interface Addressee {
  address: string;
  /** Empty where nobody said it. */
  name: string;
}

export interface Addresses {
  found: Addressee[];
  /** What no address could be made of, as it was written. */
  unread: string[];
}

/** Whether a text is more than the name or the address of one person. */
export const isList = (text: string): boolean => /[,;<>"\r\n\t]/.test(text.trim());

/**
 * The people in a text as one pastes it: addresses, or names with addresses, between commas, semicolons or line ends, and
 * the rows of a sheet. Each entry is read as RFC 5322 has it, with the letters of RFC 6532 and the "Petit, Anne <anne@…>"
 * of mail programs; RFC 5322 knows neither semicolons nor line ends between addresses.
 */
export function readAddresses(text: string): Addresses {
  const all: Addresses = { found: [], unread: [] };
  for (const row of pieces(text, /(?:"(?:\\.|[^"\\\r\n])*"|[^;\r\n])+/g)) {
    const { found, unread } = ofRow(row);
    all.found.push(...found);
    all.unread.push(...unread);
  }
  return all;
}

/** Whether a text is made of addresses, with names or without, and of nothing else. */
export function namesAddresses(text: string): boolean {
  const { found, unread } = readAddresses(text);
  return found.length > 0 && unread.length === 0;
}

const pieces = (text: string, form: RegExp): string[] => (text.match(form) ?? []).map((piece) => piece.trim()).filter((piece) => piece !== "");

function ofRow(row: string): Addresses {
  const whole = ofSheet(row) ?? ofList(row) ?? ofWords(row);
  if (whole !== undefined) return { found: whole, unread: [] };
  const parts = pieces(row, /(?:"(?:\\.|[^"\\])*"|[^,])+/g);
  if (parts.length === 1) return { found: [], unread: [row] };
  const read = parts.map((part) => ({ part, found: ofList(part) ?? ofWords(part) }));
  return { found: read.flatMap(({ found = [] }) => found), unread: read.flatMap(({ part, found }) => (found === undefined ? [part] : [])) };
}

/** A row of a sheet: the address in a cell of its own, the name in those before it or the one after. */
function ofSheet(row: string): Addressee[] | undefined {
  const cells = row.split("\t").map((cell) => cell.trim());
  const at = cells.findIndex(looksLikeAddress);
  if (cells.length < 2 || at < 0) return undefined;
  const before = cells.slice(0, at).filter((cell) => cell !== "");
  return [addressee(cells[at] ?? "", before.length > 0 ? before.join(" ") : (cells[at + 1] ?? ""))];
}

function ofList(text: string): Addressee[] | undefined {
  const grammar = { rfc6532: true, commaInDisplayName: true, atInDisplayName: true };
  const read = parse({ input: text, ...grammar }) ?? parse({ input: `${text};`, ...grammar }); // a group has lost its end above
  const boxes = read?.addresses.flatMap((one) => (one.type === "group" ? one.addresses : [one])) ?? [];
  return boxes.length > 0 && boxes.every(({ address }) => looksLikeAddress(address)) ? boxes.map(({ address, name }) => addressee(address, name ?? "")) : undefined;
}

/** "anne@x paul@y", and "Anne Petit anne@x" of who left the brackets out. */
function ofWords(text: string): Addressee[] | undefined {
  const words = text.replace(/\bmailto:/gi, "").split(/\s+/);
  if (words.every(looksLikeAddress)) return words.map((word) => addressee(word, ""));
  const last = (words.at(-1) ?? "").replace(/^[<(]|[>)]$/g, "");
  const name = words.slice(0, -1).join(" ");
  return looksLikeAddress(last) && !name.includes("@") ? [addressee(last, name)] : undefined;
}

const longestName = 120; // of somebody invited

/** Mail programs put an address that has no name in the place of the name, and quotes around it. */
function addressee(address: string, said: string): Addressee {
  const name = said.replace(/\s+/g, " ").trim().replace(/^'(.*)'$/, "$1");
  return { address, name: looksLikeAddress(name) ? "" : [...name].slice(0, longestName).join("") };
}
