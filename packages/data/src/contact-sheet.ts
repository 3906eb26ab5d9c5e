/** Many small pictures as one. */
import type { Rgb } from './face.ts';
import type { Sample } from './sample.ts';

const GAP = 2;
const GROUND = 255;

/** Clean, occluded and mask side by side, a sample a cell, `columns` cells a row, rows grouped by kind of occluder. */
export function contactSheet(samples: readonly Sample[], columns: number): Rgb {
  const kinds = [...new Set(samples.map(({ occluder }) => occluder))];
  const rows = kinds.flatMap((kind) => {
    const ofKind = samples.filter(({ occluder }) => occluder === kind);
    return Array.from({ length: Math.ceil(ofKind.length / columns) }, (_, i) =>
      ofKind
        .slice(i * columns, (i + 1) * columns)
        .flatMap(({ clean, occluded, mask }) => [clean, occluded, grey(mask, clean)]),
    );
  });
  return pictureGrid(rows);
}

const grey = (mask: Uint8Array, { width, height }: Rgb): Rgb => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * mask.length }, (_, i) => 255 * (mask[Math.floor(i / 3)] as number)),
});

/** Rows of pictures of one size on white, a small gap between them. */
export function pictureGrid(rows: readonly (readonly Rgb[])[]): Rgb {
  const first = rows[0]?.[0];
  if (!first) throw new RangeError('a grid of no pictures');
  const cells = Math.max(...rows.map((row) => row.length));
  const width = cells * (first.width + GAP) - GAP;
  const height = rows.length * (first.height + GAP) - GAP;
  const data = new Uint8Array(3 * width * height).fill(GROUND);
  rows.forEach((row, j) => {
    row.forEach((picture, i) => {
      if (picture.width !== first.width || picture.height !== first.height) {
        throw new RangeError(
          `a picture of ${picture.width} x ${picture.height} in a grid of ${first.width} x ${first.height}`,
        );
      }
      for (let y = 0; y < picture.height; y++) {
        const line = picture.data.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width);
        data.set(line, 3 * ((j * (picture.height + GAP) + y) * width + i * (picture.width + GAP)));
      }
    });
  });
  return { width, height, data };
}
