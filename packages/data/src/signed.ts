/** Between 8-bit pictures and the networks' range. */
import type { Rgb } from './face.ts';

export type Shape = readonly [n: number, height: number, width: number, channels: 3];

/** Pictures of one size as one NHWC batch in [-1, 1]. */
export function toSigned(images: readonly Rgb[]): { data: Float32Array; shape: Shape } {
  const first = images[0];
  if (!first) throw new RangeError('a batch of no pictures');
  const data = new Float32Array(images.length * first.data.length);
  images.forEach((image, n) => {
    if (image.width !== first.width || image.height !== first.height) {
      throw new RangeError(
        `a picture of ${image.width} x ${image.height} in a batch of ${first.width} x ${first.height}`,
      );
    }
    const start = n * first.data.length;
    for (let i = 0; i < image.data.length; i++) data[start + i] = (image.data[i] as number) / 127.5 - 1;
  });
  return { data, shape: [images.length, first.height, first.width, 3] };
}

/** A batch in [-1, 1] as 8-bit pictures, rounded, values outside the range cut off. Throws at NaN or infinity. */
export function fromSigned(data: Float32Array, [n, height, width]: Shape, what: string): Rgb[] {
  const length = height * width * 3;
  if (data.length !== n * length) {
    throw new RangeError(
      `a ${what} of ${data.length} values where ${n} x ${height} x ${width} x 3 was expected`,
    );
  }
  return Array.from({ length: n }, (_, k) => {
    const image = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const value = data[k * length + i] as number;
      if (!Number.isFinite(value))
        throw new RangeError(`the ${what} holds ${value}: the network's weights are unusable`);
      image[i] = Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)));
    }
    return { width, height, data: image };
  });
}
