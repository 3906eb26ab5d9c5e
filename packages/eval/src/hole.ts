/**
 * Finds the hole of a restored face blindly: where the network's output departs from its input, something was
 * taken away. The output is blurrier than the input, so that the bare difference marks hair and edges too;
 * what tells an occluder is a departure that is broad, follows edges of the input, stands out of the image's
 * other departures, and lies on the face in the middle. Masks have `width * height` values, 1 = hole.
 */
import type { Rgb } from '@fsg/data';
import { gaussianBlur } from './pictures/blur.ts';
import { smoothAlongColours } from './pictures/joint.ts';
import { type Component, close, dilate, fillHoles, keepComponents, open } from './pictures/morphology.ts';

/** Width of the blur that cancels missing detail, in pixels of a 128-pixel image. */
const DETAIL_SIGMA = 1.5;
/** Share of the detail's own energy that counts: a patterned occluder over a smooth guess has little else. */
const DETAIL_WEIGHT = 0.5;
/** The threshold is the image's own (Otsu's), kept in this range; 1 is the distance of black from white. */
const LEAST_THRESHOLD = 0.09;
const MOST_THRESHOLD = 0.3;
/** An occluder departs by this much on average. */
const LEAST_MEAN = 0.12;
/** Smaller parts are not occluders: as a share of the image, and of the largest part. */
const LEAST_AREA = 0.004;
const LEAST_SHARE = 0.15;
/** Pixels around an occluder where it mixes with what lies behind. */
const RIM = 1;
/** Half axes of the ellipse that an occluder touches, in image widths and heights around the middle. */
const FACE_AXES = [0.31, 0.37] as const;

/** The pixels that the network replaced; all 0 where it replaced nothing. Both images have the same size. */
export function predictHole(occluded: Rgb, restored: Rgb): Uint8Array {
  const { width, height } = occluded;
  const distance = smoothAlongColours(departure(occluded, restored), occluded);
  const threshold = Math.min(MOST_THRESHOLD, Math.max(LEAST_THRESHOLD, otsu(distance)));
  const above = Uint8Array.from(distance, (d) => (d > threshold ? 1 : 0));
  const solid = fillHoles(
    close(open(above, width, height, 1), width, height, 3),
    width,
    height,
    0.025 * above.length,
  );
  const occluders = keepComponents(solid, width, height, (part, all) => {
    const largest = Math.max(...all.map((other) => other.length));
    return (
      part.length >= LEAST_AREA * solid.length &&
      part.length >= LEAST_SHARE * largest &&
      part.reduce((sum, p) => sum + (distance[p] as number), 0) >= LEAST_MEAN * part.length &&
      touchesFace(part, width, height)
    );
  });
  return dilate(occluders, width, height, RIM);
}

/** Local colour distance of two images, 0 = equal, 1 = black against white, higher where hues are opposed too. */
function departure(a: Rgb, b: Rgb): Float32Array {
  const { width, height } = a;
  const planes = differencePlanes(a, b);
  const squares = planes[0].map((_, p) => planes.reduce((sum, plane) => sum + (plane[p] as number) ** 2, 0));
  const energy = gaussianBlur(squares, width, height, DETAIL_SIGMA);
  const broad = planes.map((plane) => gaussianBlur(plane, width, height, DETAIL_SIGMA));
  return energy.map((all, p) => {
    const shift = broad.reduce((sum, plane) => sum + (plane[p] as number) ** 2, 0);
    return Math.sqrt(shift + DETAIL_WEIGHT * Math.max(0, all - shift));
  });
}

/** Difference in luma (Rec. 601) and in the two colour differences R - Y and B - Y, in parts of 255. */
function differencePlanes(a: Rgb, b: Rgb): [Float32Array, Float32Array, Float32Array] {
  const pixels = a.width * a.height;
  const planes: [Float32Array, Float32Array, Float32Array] = [
    new Float32Array(pixels),
    new Float32Array(pixels),
    new Float32Array(pixels),
  ];
  for (let p = 0; p < pixels; p++) {
    const difference = (c: number): number =>
      ((a.data[3 * p + c] as number) - (b.data[3 * p + c] as number)) / 255;
    const red = difference(0);
    const blue = difference(2);
    const luma = 0.299 * red + 0.587 * difference(1) + 0.114 * blue;
    planes[0][p] = luma;
    planes[1][p] = red - luma;
    planes[2][p] = blue - luma;
  }
  return planes;
}

/** The threshold that best parts the values into two classes (Otsu, 1979), from a histogram over [0, 1]. */
function otsu(values: Float32Array): number {
  const bins = 128;
  const histogram = new Float64Array(bins);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor(value * bins));
    histogram[bin] = (histogram[bin] as number) + 1;
  }
  const total = histogram.reduce((sum, count, bin) => sum + count * bin, 0);
  let below = 0;
  let sumBelow = 0;
  let best = { bin: 0, spread: -1 };
  for (let bin = 0; bin < bins - 1; bin++) {
    below += histogram[bin] as number;
    sumBelow += (histogram[bin] as number) * bin;
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const spread = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (spread > best.spread) best = { bin, spread };
  }
  return (best.bin + 1) / bins;
}

function touchesFace(part: Component, width: number, height: number): boolean {
  return part.some((p) => {
    const x = ((p % width) + 0.5) / width - 0.5;
    const y = (Math.floor(p / width) + 0.5) / height - 0.5;
    return (x / FACE_AXES[0]) ** 2 + (y / FACE_AXES[1]) ** 2 < 1;
  });
}

/** A mask's weights with a soft seam: 1 in the hole, falling to 0 over about three pixels outside it. */
export function feather(mask: Uint8Array, width: number, height: number): Float32Array {
  const soft = gaussianBlur(Float32Array.from(mask), width, height, 1.2);
  return soft.map((value, p) => (mask[p] === 1 ? 1 : value));
}

/** `over` where the weights are 1, `under` where they are 0, mixed between. */
export function blend(under: Rgb, over: Rgb, weights: Uint8Array | Float32Array): Rgb {
  const data = new Uint8Array(under.data.length);
  for (let i = 0; i < data.length; i++) {
    const w = weights[Math.floor(i / 3)] as number;
    data[i] = Math.round((1 - w) * (under.data[i] as number) + w * (over.data[i] as number));
  }
  return { width: under.width, height: under.height, data };
}
