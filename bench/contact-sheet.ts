/**
 * npx tsx bench/contact-sheet.ts FILE.png [--seed 1 --population a --images 1]
 * 64 synthetic faces, 8 x 8; with --images n each person appears n times in a row.
 */
import { parseArgs } from 'node:util';
import { type Rgb, syntheticFaces } from '@fsg/data';
import sharp from 'sharp';

const SIDE = 8;
/** Pixels between pictures, and their grey. */
const GAP = 2;
const GROUND = 255;
/** Width of the PNG: with its 256 colours it stays below 400 kB. */
const WIDTH = 840;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    population: { type: 'string', default: 'a' },
    images: { type: 'string', default: '1' },
  },
});
const [file] = positionals;
if (!file) throw new Error('name the PNG file to write: npx tsx bench/contact-sheet.ts faces.png');

const imagesPerIdentity = Number(values.images);
const source = syntheticFaces({
  seed: Number(values.seed),
  identities: Math.ceil((SIDE * SIDE) / imagesPerIdentity),
  imagesPerIdentity,
  population: values.population === 'b' ? 'b' : 'a',
});
const rows: Rgb[][] = [];
for (let y = 0; y < SIDE; y++) {
  const row: Rgb[] = [];
  for (let x = 0; x < SIDE; x++) row.push((await source.load(y * SIDE + x)).image);
  rows.push(row);
}
const { data, width, height } = pictureGrid(rows);
await sharp(data, { raw: { width, height, channels: 3 } })
  .resize(WIDTH)
  .png({ compressionLevel: 9, palette: true, quality: 100, effort: 10, dither: 1 })
  .toFile(file);
process.stdout.write(`${file}: 64 synthetic faces\n`);

/** Rows of pictures of one size on white, a small gap between them. */
function pictureGrid(rows: readonly (readonly Rgb[])[]): Rgb {
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
