/** A grid of equal tiles. */
export interface Grid {
  columns: number;
  rows: number;
}

const ratio = 16 / 9;
const widestRatio = 2.1;
const narrowestRatio = 0.75;
const smallestWidth = 150;
const smallestHeight = 110;

/** The grid that shows the most picture of `count` tiles in a box of the given size, in pixels. */
export function gridOf(count: number, width: number, height: number, gap: number): Grid {
  let best: Grid = { columns: 1, rows: Math.max(1, count) };
  let most = -1;
  for (let columns = fewestColumns(count, width, height, gap); columns <= Math.max(1, count); columns += 1) {
    const rows = Math.ceil(count / columns);
    const tileWidth = (width - gap * (columns - 1)) / columns;
    const tileHeight = (height - gap * (rows - 1)) / rows;
    if (tileWidth <= 0 || tileHeight <= 0) continue;
    const picture = pictureArea(tileWidth, tileHeight) * fairness(count, columns, rows);
    if (picture > most + 1e-6) {
      most = picture;
      best = { columns, rows };
    }
  }
  return best;
}

// On a phone held upright three people or more stand side by side: one tall column of strips shows no faces.
function fewestColumns(count: number, width: number, height: number, gap: number): number {
  return count >= 3 && height > width && (width - gap) / 2 >= smallestWidth ? 2 : 1;
}

// A tile may be somewhat narrower or wider than a camera's picture (it is cropped); beyond that the area is lost.
function pictureArea(width: number, height: number): number {
  const shape = width / height;
  const usedWidth = Math.min(width, height * widestRatio);
  const usedHeight = Math.min(height, width / narrowestRatio);
  const crop = Math.min(shape, ratio) / Math.max(shape, ratio);
  return usedWidth * usedHeight * (0.7 + 0.3 * crop);
}

// Between near equals the fuller grid looks calmer.
function fairness(count: number, columns: number, rows: number): number {
  return 0.85 + 0.15 * (count / (columns * rows));
}

/** How many tiles fit before they get too small to recognize a face; the rest goes to further pages. */
export function tilesThatFit(width: number, height: number, gap: number): number {
  const columns = Math.max(1, Math.floor((width + gap) / (smallestWidth + gap)));
  const rows = Math.max(1, Math.floor((height + gap) / (smallestHeight + gap)));
  return Math.max(1, Math.min(columns * rows, 49));
}
