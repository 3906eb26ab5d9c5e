import { type Grid, type Tensor2D, tf } from '@fsg/engine';

/** size x size pixels, block x block of them at a time (block 1: row by row); blocks row by row, as within a block. */
export function gridOf(size: number, block = 1): Grid {
  const across = size / block;
  const pixels = Array.from({ length: size * size }, (_, i) => {
    const [cell, inside] = [Math.floor(i / block ** 2), i % block ** 2];
    const row = Math.floor(cell / across) * block + Math.floor(inside / block);
    return { u: (cell % across) * block + (inside % block), v: row };
  });
  const tensor = (values: number[]): Tensor2D => tf.tensor2d(values, [1, values.length]);
  return { u: tensor(pixels.map(({ u }) => u)), v: tensor(pixels.map(({ v }) => v)) };
}
