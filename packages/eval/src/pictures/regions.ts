/**
 * Where in a picture errors are measured: in the hole, in the visible part, around the border between them, and in what the
 * hole covers of each part of the face. Masks are `width * height` values, not 0 = occluded.
 */

/** Pixels that are measured together. */
export interface PictureRegion {
  /** Indices of the pixels, row-major, rising. */
  readonly pixels: Uint32Array;
  /** Why there is no value where there are no pixels. */
  readonly whenEmpty: string;
}

/** Reach of the band around the mask's border, in pixels to either side. */
export const BAND = 4;

/**
 * `hole`, `visible`, `band`, and `hole_<name>` for each of `parts` (such as `regionsOf` of @fsg/data gives): its pixels that are
 * occluded. Made once for a sample, it serves for every method. Throws a RangeError at a mask of another size.
 */
export function pictureRegions(
  mask: Uint8Array,
  width: number,
  height: number,
  parts: Readonly<Record<string, Uint8Array>> = {},
): Readonly<Record<string, PictureRegion>> {
  for (const [name, given] of Object.entries({ occlusion: mask, ...parts })) {
    if (given.length !== width * height) {
      throw new RangeError(
        `the ${name} mask has ${given.length} values, ${width} x ${height} were expected: give one of the picture's size`,
      );
    }
  }
  const band = edgeBand(mask, width, height);
  const regions: Record<string, PictureRegion> = {
    hole: { pixels: where(mask, (p) => mask[p] !== 0), whenEmpty: 'nothing is occluded' },
    visible: { pixels: where(mask, (p) => mask[p] === 0), whenEmpty: 'everything is occluded' },
    band: { pixels: where(mask, (p) => band[p] !== 0), whenEmpty: 'the mask has no border' },
  };
  for (const [name, part] of Object.entries(parts)) {
    const pixels = where(mask, (p) => mask[p] !== 0 && part[p] !== 0);
    regions[`hole_${name}`] = { pixels, whenEmpty: `nothing of the ${name} is occluded` };
  }
  return regions;
}

function where(mask: Uint8Array, inside: (pixel: number) => boolean): Uint32Array {
  const pixels = new Uint32Array(mask.length);
  let n = 0;
  for (let p = 0; p < mask.length; p++) if (inside(p)) pixels[n++] = p;
  return pixels.slice(0, n);
}

/**
 * 1 at the four pixels on either side of the mask's border: where a pixel of the other kind lies within `BAND` columns and
 * rows (Chebyshev distance). The picture's own edge is no border of the mask.
 */
export function edgeBand(mask: Uint8Array, width: number, height: number): Uint8Array {
  const rows = kindsNear(
    Uint8Array.from(mask, (m) => (m === 0 ? VISIBLE : HIDDEN)),
    height,
    width,
    width,
    1,
  );
  const both = kindsNear(rows, width, height, 1, width);
  return both.map((kinds) => (kinds === (VISIBLE | HIDDEN) ? 1 : 0));
}

const VISIBLE = 1;
const HIDDEN = 2;

/** The kinds of pixels within `BAND` steps along each of the lines, which begin `between` apart. */
function kindsNear(
  kinds: Uint8Array,
  lines: number,
  length: number,
  between: number,
  step: number,
): Uint8Array {
  const out = new Uint8Array(kinds.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let near = 0;
      const last = Math.min(i + BAND, length - 1);
      for (let k = Math.max(i - BAND, 0); k <= last; k++) near |= kinds[line * between + k * step] as number;
      out[line * between + i * step] = near;
    }
  }
  return out;
}
