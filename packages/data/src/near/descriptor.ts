/**
 * What a picture looks like at a glance, in 63 numbers: its lowest frequencies (the 8 x 8 of the discrete cosine transform
 * that pHash takes, without the mean), each times its frequency, at length 1. Two such vectors' product is 1 for the same
 * picture, re-encoded or not.
 */
import { type Grey, WHOLE, type Window } from './grey.ts';

const THUMBNAIL = 32;
const FREQUENCIES = 8;
export const VALUES = FREQUENCIES * FREQUENCIES - 1;
/** Less deviation, in levels of 255, and a picture shows nothing to know it by. */
const LEAST_DEVIATION = 1;

/** A way to look at a picture: what a slightly cropped or mirrored copy of it shows. */
export interface View {
  readonly window: Window;
  readonly mirrored: boolean;
}

/** Parts of the picture's side that views leave away: copies that lack up to the last are found. */
const CROPS = [0, 0.04, 0.08];
const WINDOWS: readonly Window[] = CROPS.flatMap((crop) => {
  const places = crop === 0 ? [0] : [0, crop / 2, crop];
  return places.flatMap((left) => places.map((top) => ({ left, top, side: 1 - crop })));
});

const COSINES = Array.from({ length: FREQUENCIES }, (_, u) =>
  Float32Array.from({ length: THUMBNAIL }, (_, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * THUMBNAIL))),
);

/** Null where the picture is of one colour. */
export const descriptorOf = (grey: Grey): Float32Array | null => describe(grey.thumbnail(WHOLE, THUMBNAIL));

/** The descriptors of all the picture's views. */
export function viewsOf(grey: Grey): { view: View; descriptor: Float32Array }[] {
  return WINDOWS.flatMap((window) => {
    const descriptor = describe(grey.thumbnail(window, THUMBNAIL));
    if (!descriptor) return [];
    return [
      { view: { window, mirrored: false }, descriptor },
      { view: { window, mirrored: true }, descriptor: mirrored(descriptor) },
    ];
  });
}

function describe(thumbnail: Float32Array): Float32Array | null {
  const rows = new Float32Array(THUMBNAIL * FREQUENCIES);
  for (let y = 0; y < THUMBNAIL; y++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      const cosine = COSINES[u] as Float32Array;
      let sum = 0;
      for (let x = 0; x < THUMBNAIL; x++)
        sum += (thumbnail[y * THUMBNAIL + x] as number) * (cosine[x] as number);
      rows[y * FREQUENCIES + u] = sum;
    }
  }
  const out = new Float32Array(VALUES);
  let length = 0;
  for (let k = 0; k < VALUES; k++) {
    const [u, v] = frequencyOf(k);
    const cosine = COSINES[v] as Float32Array;
    let sum = 0;
    for (let y = 0; y < THUMBNAIL; y++) sum += (rows[y * FREQUENCIES + u] as number) * (cosine[y] as number);
    out[k] = sum * Math.sqrt(u * u + v * v);
    length += (out[k] as number) ** 2;
  }
  length = Math.sqrt(length);
  if (length < (LEAST_DEVIATION * THUMBNAIL * THUMBNAIL) / 2) return null;
  return out.map((value) => value / length);
}

/** Horizontal and vertical frequency of a value. */
const frequencyOf = (k: number): [u: number, v: number] => [
  (k + 1) % FREQUENCIES,
  Math.floor((k + 1) / FREQUENCIES),
];

/** Of the mirrored picture: odd horizontal frequencies change their sign. */
const mirrored = (descriptor: Float32Array): Float32Array =>
  descriptor.map((value, k) => (frequencyOf(k)[0] % 2 === 1 ? -value : value));
