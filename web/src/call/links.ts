/** Text with its web addresses told apart, so that a chat line can link them. */
export type Piece = { text: string } | { text: string; href: string };

const address = /https?:\/\/[^\s<>"]+/gi;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    const link = match[0].replace(/[.,;:!?)\]}'»]+$/u, "");
    if (!URL.canParse(link)) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: link, href: link });
    from = match.index + link.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
