/** Where an occluded picture differs from its clean one. */
import type { Occlusion, Rgb } from '../face.ts';

/**
 * The mask is 1 where a channel differs by more than `threshold`, and up to `margin` pixels around, in a square. Beyond the
 * mask the occluded picture is given the clean one's pixels: what differs less is taken for traces of compression, and so a
 * pixel differs in the mask alone, as everywhere else.
 */
export function differenceOf(
  clean: Rgb,
  occluded: Rgb,
  { threshold, margin }: { readonly threshold: number; readonly margin: number },
): Occlusion {
  const { width, height } = clean;
  const differs = new Uint8Array(width * height);
  for (let i = 0; i < clean.data.length; i++) {
    const difference = (occluded.data[i] as number) - (clean.data[i] as number);
    if (difference > threshold || -difference > threshold) differs[Math.floor(i / 3)] = 1;
  }
  const mask = grown(grown(differs, width, 1, margin), height, width, margin);
  const data = occluded.data.slice();
  for (let i = 0; i < data.length; i++) {
    if (mask[Math.floor(i / 3)] === 0) data[i] = clean.data[i] as number;
  }
  return { occluded: { width, height, data }, mask };
}

/** Along lines of `length` pixels that lie `step` apart. */
function grown(mask: Uint8Array, length: number, step: number, margin: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const place = Math.floor(i / step) % length;
    const last = Math.min(length - 1, place + margin);
    for (let n = Math.max(0, place - margin); n <= last; n++) out[i + (n - place) * step] = 1;
  }
  return out;
}
