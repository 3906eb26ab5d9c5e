/** Small data sets of the real form, drawn in the test: synthetic faces in larger pictures, their five points known. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { Rgb } from '../src/face.ts';
import { fiveOf } from '../src/mesh/landmarks68.ts';
import type { Similarity } from '../src/mesh/mesh.ts';
import { syntheticFaces } from '../src/synthetic/index.ts';

/** A folder with these files, removed when the test has ended. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fsg-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  addTo(folder, files);
  return folder;
}

export function addTo(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

export const png = ({ width, height, data }: Rgb): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
export const jpeg = ({ width, height, data }: Rgb): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 97, chromaSubsampling: '4:4:4' })
    .toBuffer();

export interface Drawn {
  readonly image: Rgb;
  readonly five: Float32Array;
}

/** Aligned synthetic faces of 128 x 128. */
export async function drawnFaces(count: number): Promise<Drawn[]> {
  const source = syntheticFaces({ seed: 3, identities: count, imagesPerIdentity: 1 });
  const faces = await Promise.all(source.faces.map((_, i) => source.load(i)));
  return faces.map(({ image, mesh }) => ({ image, five: fiveOf(mesh) }));
}

/** The picture under a similarity, bilinear, in floating point; its outermost pixels go on beyond its edge. */
export function moved(from: Rgb, { a, b, e, f }: Similarity, width: number, height: number): Rgb {
  const data = new Uint8Array(3 * width * height);
  const n = a * a + b * b;
  const at = (x: number, y: number, c: number): number =>
    from.data[
      3 *
        (Math.min(from.height - 1, Math.max(0, y)) * from.width + Math.min(from.width - 1, Math.max(0, x))) +
        c
    ]!;
  for (let i = 0; i < width * height; i++) {
    const [dx, dy] = [(i % width) - e, Math.floor(i / width) - f];
    const [x, y] = [(a * dx + b * dy) / n, (a * dy - b * dx) / n];
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [x - x0, y - y0];
    for (let c = 0; c < 3; c++) {
      const top = at(x0, y0, c) * (1 - u) + at(x0 + 1, y0, c) * u;
      const bottom = at(x0, y0 + 1, c) * (1 - u) + at(x0 + 1, y0 + 1, c) * u;
      data[3 * i + c] = Math.round(top * (1 - v) + bottom * v);
    }
  }
  return { width, height, data };
}

export const movedFive = (five: Float32Array, { a, b, e, f }: Similarity): number[] =>
  Array.from(five, (value, i) =>
    i % 2 === 0 ? a * value - b * five[i + 1]! + e : b * five[i - 1]! + a * value + f,
  );

/** Mean difference of two pictures in grey levels, `edge` pixels left out. */
export function meanDifference(a: Rgb, b: Rgb, edge = 0): number {
  let [sum, n] = [0, 0];
  for (let y = edge; y < a.height - edge; y++) {
    for (let i = 3 * (y * a.width + edge); i < 3 * (y * a.width + a.width - edge); i++, n++) {
      sum += Math.abs(a.data[i]! - b.data[i]!);
    }
  }
  return sum / n;
}
