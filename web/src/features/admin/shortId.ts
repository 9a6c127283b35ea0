/** The end of an id: of those made in the same minute the beginning is the same. */
export const shortId = (id: string): string => (id.length > 12 ? `…${id.slice(-8)}` : id);
