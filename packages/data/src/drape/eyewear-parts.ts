/** The parts of spectacles as shapes in the picture: rims, bridge, hinges and sides. */
import { type Point, smoothCurve } from '../draw/point.ts';
import { type Coverage, coverPolygon } from '../draw/polygon.ts';
import { coverLine } from '../draw/stroke.ts';
import type { Rgb } from '../face.ts';
import type { Front } from './eyewear-front.ts';
import { EAR, widened } from './eyewear-shape.ts';
import type { SkinTest } from './skin.ts';
import { type WornBy, wear } from './wear.ts';

type Size = Pick<Rgb, 'width' | 'height'>;

/** In cm: width of a rim at the sides and on top. */
interface Rim {
  readonly rim: number;
  readonly above: number;
}

export const coverLens = (front: Front, outline: readonly Point[], { width, height }: Size): Coverage =>
  coverPolygon(front.seen(outline), width, height);

/** The ring round a lens, `behind` cm behind the front. */
export function coverRim(
  front: Front,
  outline: readonly Point[],
  { rim, above }: Rim,
  behind: number,
  { width, height }: Size,
): Coverage {
  const outer = front.seen(widened(outline, rim, above), behind);
  const inner = front.seen(outline, behind);
  return coverPolygon([...outer, outer[0]!, inner[0]!, ...inner.reverse()], width, height);
}

/** The bow from lens to lens at height `y`, cm thick. */
export function coverBow(
  front: Front,
  bow: { readonly y: number; readonly half: number; readonly rise: number; readonly thick: number },
  scale: number,
  { width, height }: Size,
): Coverage {
  const { y, half, rise, thick } = bow;
  const points = [
    { x: -half, y },
    { x: 0, y: y + rise },
    { x: half, y },
  ];
  return coverLine(smoothCurve(front.seen(points), 4), Math.max(0.4, (thick / 2) * scale), width, height);
}

/** The point beside the lenses where a side is hinged, `side` -1 at the picture's left. */
export function hingeOf(outlines: readonly (readonly Point[])[], side: -1 | 1): Point {
  const reach = ({ x, y }: Point): number => side * x + 0.8 * y;
  const { x, y } = outlines.flat().reduce((a, b) => (reach(b) > reach(a) ? b : a));
  return { x: x + 0.25 * side, y: y - 0.3 };
}

/** The upright axis about which a head is round: z in cm. */
const AXIS = -5.5;
const STEPS = 10;

/** Places on the ear of the mean head at the picture's right, in cm. */
const EAR_SKIN = [7.4, 0, -6.8, 7.6, -1.2, -7, 7.3, -2.4, -6.7];

/**
 * The side from its hinge to the ear, `tall` cm high at either end, as far as neither the head hides it nor hair that hangs
 * over the ear; `skin` tells where the picture shows skin.
 */
export function coverArm(
  worn: WornBy,
  front: Front,
  hinge: Point,
  tall: readonly [hinge: number, ear: number],
  skin: SkinTest,
  { width, height }: Size,
): Coverage | undefined {
  const side = hinge.x < 0 ? -1 : 1;
  const from = front.place([hinge], 0.2);
  const [to, ...ear] = pointsAt(worn, side, [...EAR, ...EAR_SKIN]);
  const bare = ear.some(({ x, y }) => skin(x, y));
  const { rotation: r, scale } = worn.pose;
  const [upper, lower]: [Point[], Point[]] = [[], []];
  for (let i = 0; i <= STEPS; i++) {
    const t = i / STEPS;
    // Beside the temple it bows outwards rather than run through it.
    const bow = 1.2 * t * (1 - t) * side * scale;
    const x = from[0]! + t * (to!.x - from[0]!) + bow * r[0];
    const y = from[1]! + t * (to!.y - from[1]!) - bow * r[3];
    const outwards = side * (Math.abs(hinge.x) + t * (EAR[0] - Math.abs(hinge.x)));
    const forwards = -0.5 + t * (EAR[2] + 0.5) - AXIS;
    if (r[6] * outwards + r[8] * forwards < 0 || !(bare || skin(x, y))) break;
    const half = 0.5 * scale * (tall[0] + t * (tall[1] - tall[0]));
    upper.push({ x: x + half * r[1], y: y - half * r[4] });
    lower.push({ x: x - half * r[1], y: y + half * r[4] });
  }
  if (upper.length < 2) return undefined;
  return coverPolygon([...upper, ...lower.reverse()], width, height);
}

/** Where points of the mean head's right side, or its left one, are seen. */
function pointsAt(worn: WornBy, side: -1 | 1, flat: readonly number[]): Point[] {
  const p = wear(
    Float32Array.from(flat, (value, i) => (i % 3 === 0 ? side * value : value)),
    worn,
    1,
  );
  return Array.from({ length: p.length / 3 }, (_, i) => ({ x: p[3 * i]!, y: p[3 * i + 1]! }));
}
