/** How far the hair stands off the head in a picture: what a hat has to hold. */
import type { Face } from '../face.ts';
import { cosine, sine } from '../synthetic/math.ts';
import { SKULL } from './hat-shape.ts';
import { type Seat, seated } from './seat.ts';
import type { WornBy } from './wear.ts';

/** Directions from the middle of the skull, in degrees from upright. */
const RAYS = [-75, -60, -45, -30, -15, 0, 15, 30, 45, 60, 75].map((angle) => {
  const [x, y] = [SKULL.side * sine(angle), SKULL.up * cosine(angle)];
  return { x, y, length: Math.sqrt(x * x + y * y) };
});
/** In cm along a ray: how far apart pixels are looked at, the first inside the skull, the last beyond it. */
const STEP = 0.3;
const [INSIDE, OUTSIDE] = [1.5, 6.6];
const STEPS = 1 + Math.round((INSIDE + OUTSIDE) / STEP);
const PLACES = Float32Array.from(
  RAYS.flatMap(({ x, y, length }) =>
    Array.from({ length: STEPS }, (_, i) => 1 + (i * STEP - INSIDE) / length).flatMap((share) => [
      share * x,
      SKULL.y + share * y,
      SKULL.z,
    ]),
  ),
);
/** A ray that the picture cuts off earlier may end in the hair. */
const LEAST = 17;
/** Pixels at either end of a ray that stand for the head and for what is behind it. */
const ENDS = 3;
/** Sum of differences of red, green and blue from which these two can be told apart. */
const CLEAR = 40;
/** What is taken where they cannot. */
const USUAL = 1.5;
/** So many pixels in a row that look like the background are not holes between curls. */
const GAP = 2;

/** Centimetres, 0 to 6.6: what most of the outline over the ears keeps within. */
export function hairRoom({ image }: Pick<Face, 'image'>, worn: WornBy, seat: Seat): number {
  const places = seated(PLACES, worn, seat);
  const reaches = RAYS.map((_, ray) =>
    reachOf(image, places.subarray(3 * STEPS * ray, 3 * STEPS * (ray + 1))),
  )
    .filter((reach) => reach !== undefined)
    .sort((a, b) => a - b);
  return reaches.length < 3 ? USUAL : reaches[Math.floor(0.65 * reaches.length)]!;
}

/** How far beyond the skull the pixels begin to look like what is behind the head. */
function reachOf({ width, height, data }: Face['image'], places: Float32Array): number | undefined {
  const pixels: number[] = [];
  for (let i = 0; i < places.length; i += 3) {
    const [x, y] = [Math.round(places[i]!), Math.round(places[i + 1]!)];
    if (x < 0 || y < 0 || x >= width || y >= height) break;
    pixels.push(3 * (y * width + x));
  }
  if (pixels.length < LEAST) return undefined;
  const [head, behind] = [meanOf(data, pixels.slice(0, ENDS)), meanOf(data, pixels.slice(-ENDS))];
  const contrast = distance(head, behind);
  if (contrast < CLEAR) return undefined;
  let run = 0;
  for (let i = 0; i < pixels.length; i++) {
    const colour = meanOf(data, pixels.slice(i, i + 1));
    run = distance(colour, behind) < contrast / 2 ? run + 1 : 0;
    if (run === GAP) return Math.max(0, (i - GAP) * STEP - INSIDE);
  }
  return undefined;
}

type Rgb = readonly [number, number, number];

function meanOf(data: Uint8Array, pixels: readonly number[]): Rgb {
  let [red, green, blue] = [0, 0, 0];
  for (const at of pixels) {
    red += data[at]! / pixels.length;
    green += data[at + 1]! / pixels.length;
    blue += data[at + 2]! / pixels.length;
  }
  return [red, green, blue];
}

const distance = (a: Rgb, b: Rgb): number =>
  Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
