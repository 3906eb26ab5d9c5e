/**
 * npx tsx bench/contact-sheet.ts FILE.png [--seed 1 --population a --images 1]
 * 64 synthetic faces, 8 x 8; with --images n each person appears n times in a row.
 */
import { parseArgs } from 'node:util';
import { pictureGrid, type Rgb, syntheticFaces } from '@fsg/data';
import sharp from 'sharp';

const SIDE = 8;
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
