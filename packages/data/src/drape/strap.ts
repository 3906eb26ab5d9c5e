/** Bands and cords on a head: lines in space, drawn where the head does not hide them. */
import { type Canvas, type Paint, plain } from '../draw/canvas.ts';
import type { Point } from '../draw/point.ts';
import { coverLine } from '../draw/stroke.ts';
import type { Light } from './light.ts';
import type { SkinTest } from './skin.ts';
import { type WornBy, wear } from './wear.ts';

export type Point3 = readonly [x: number, y: number, z: number];

/** The upright axis about which a head is round: x and z in cm. */
const AXIS = { x: 0, z: -5.5 };

export interface Strap {
  /** Along the mean head, in cm; a smooth curve is laid through them by the caller. */
  readonly points: readonly Point3[];
  /** Half its width in cm. */
  readonly radius: number;
  readonly colour: readonly [number, number, number];
  /** Where given, its far end is seen on skin alone: hair hangs over it. */
  readonly skin?: SkinTest;
}

/** Draws the part of the strap that is on the visible side of the head. */
export function drawStrap(
  canvas: Canvas,
  worn: WornBy,
  { points, radius, colour, skin }: Strap,
  light: Light,
): void {
  const { width, height } = canvas.clean;
  const places = wear(Float32Array.from(points.flat()), worn, 1);
  const { rotation: r, scale } = worn.pose;
  const outward = points.map(([x, , z]) => {
    const [dx, dz] = [x - AXIS.x, z - AXIS.z];
    const length = Math.sqrt(dx * dx + dz * dz) || 1;
    return [dx / length, dz / length] as const;
  });
  const facing = outward.map(([x, z]) => r[6] * x + r[8] * z);
  let end = points.length;
  if (skin) while (end > 1 && !skin(places[3 * end - 3]!, places[3 * end - 2]!)) end--;
  const run: Point[] = [];
  const flush = (nx: number, nz: number): void => {
    if (run.length > 1) {
      const shadow = run.map(({ x, y }) => ({ x, y: y + 0.12 * scale }));
      canvas.fill(coverLine(shadow, radius * scale + 0.5, width, height), plain(BLACK, 0.2));
      canvas.fill(coverLine(run, radius * scale, width, height), lit(colour, light, nx, nz));
    }
    run.length = 0;
  };
  for (let i = 0; i < end; i++) {
    const hidden = facing[i]! <= HIDDEN;
    if (!hidden) run.push({ x: places[3 * i]!, y: places[3 * i + 1]! });
    if (hidden || i === end - 1) flush(outward[i]![0], Math.max(0.3, facing[i]!));
  }
}

const BLACK = [0, 0, 0] as const;

/** Beyond the head's edge ears and straps are still seen a little. */
const HIDDEN = -0.25;

const lit =
  (colour: Strap['colour'], light: Light, nx: number, nz: number): Paint =>
  (_x, _y, out) => {
    const shade = light.exposure * light.at(nx, 0, nz);
    for (let c = 0; c < 3; c++) out[c] = shade * light.tint[c]! * colour[c]!;
    return 0.92;
  };
