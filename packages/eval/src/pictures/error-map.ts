import type { Rgb } from '@fsg/data';

/** 17 even steps of "magma" (Smith and van der Walt, CC0): brightness grows evenly, also in black and white. */
const MAGMA = [
  0x000004, 0x0a0822, 0x1d1147, 0x36106b, 0x51127c, 0x6a1c81, 0x832681, 0x9c2e7f, 0xb73779, 0xd0416f,
  0xe75263, 0xf56b5c, 0xfc8961, 0xfea772, 0xfec488, 0xfde2a3, 0xfcfdbf,
] as const;

/** Errors from here on look the same, in levels of 255. */
export const ERROR_LIMIT = 80;

/** The colour of a share between 0 and 1. */
function colour(share: number): [number, number, number] {
  const at = Math.min(Math.max(share, 0), 1) * (MAGMA.length - 1);
  const low = MAGMA[Math.floor(at)] as number;
  const high = MAGMA[Math.ceil(at)] as number;
  const mix = (shift: number): number => {
    const from = (low >> shift) & 255;
    return Math.round(from + (((high >> shift) & 255) - from) * (at - Math.floor(at)));
  };
  return [mix(16), mix(8), mix(0)];
}

/** Mean absolute difference of the three channels at each pixel, dark = 0, bright = ERROR_LIMIT and more. */
export function errorMap(a: Rgb, b: Rgb): Rgb {
  const data = new Uint8Array(a.data.length);
  for (let i = 0; i < data.length; i += 3) {
    let sum = 0;
    for (let c = i; c < i + 3; c++) sum += Math.abs((a.data[c] as number) - (b.data[c] as number));
    data.set(colour(sum / 3 / ERROR_LIMIT), i);
  }
  return { width: a.width, height: a.height, data };
}

/** The colours of the error map from 0 on the left to ERROR_LIMIT on the right. */
export function errorScale(width: number, height: number): Rgb {
  const data = new Uint8Array(width * height * 3);
  for (let p = 0; p < width * height; p++) data.set(colour((p % width) / (width - 1)), 3 * p);
  return { width, height, data };
}
