/** What a server would take for an address; it looks closer. */
export function looksLikeAddress(text: string): boolean {
  return /^[^\s@,;<>()"]+@[^\s@.,;<>()"]+(\.[^\s@.,;<>()"]+)+$/.test(text) && text.length <= 254;
}
