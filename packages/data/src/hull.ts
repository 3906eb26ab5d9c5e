/** The part of the picture by which occlusion is measured. */
import { convexHull, type Point } from './draw/point.ts';
import { type Coverage, coverPolygon } from './draw/polygon.ts';
import type { Face } from './face.ts';
import { POINTS, pointsOf } from './landmarks.ts';
import type { Random } from './random.ts';

/** The pixels inside the convex hull of the landmarks: by this area occlusion is measured. */
export class Hull {
  /** 1 inside; `width * height` values. */
  readonly inside: Uint8Array;
  /** Places of the pixels inside. */
  private readonly places: Int32Array;
  private readonly width: number;

  constructor({ image: { width, height }, landmarks }: Pick<Face, 'image' | 'landmarks'>) {
    this.width = width;
    this.inside = new Uint8Array(width * height);
    const places: number[] = [];
    const cover = coverPolygon(convexHull(pointsOf(landmarks, 0, POINTS - 1)), width, height);
    for (let y = cover.top; y < cover.bottom; y++) {
      for (let x = cover.left; x < cover.right; x++) {
        if (cover.at(x, y) < 0.5) continue;
        this.inside[y * width + x] = 1;
        places.push(y * width + x);
      }
    }
    this.places = Int32Array.from(places);
  }

  /** How many pixels are inside. */
  get pixels(): number {
    return this.places.length;
  }

  /** Share of the hull, 0 to 1, where the mask is 1. */
  share(mask: Uint8Array): number {
    const { places } = this;
    let covered = 0;
    for (let i = 0; i < places.length; i++) covered += mask[places[i] as number] as number;
    return covered / this.pixels;
  }

  /** Share of the hull, 0 to 1, that a shape covers to at least `least`. */
  shareOf(shape: Coverage, least: number): number {
    const { inside, width } = this;
    const { values, left, right, top, bottom, stride } = shape;
    let covered = 0;
    for (let y = top; y < bottom; y++) {
      const row = (y - top) * stride - left;
      for (let x = left; x < right; x++) {
        if (inside[y * width + x] === 1 && (values[row + x] as number) >= least) covered++;
      }
    }
    return covered / this.pixels;
  }

  /** One of its pixels, each as likely as the others. */
  anyPoint(random: Random): Point {
    let pixel = 0;
    do pixel = random.integer(0, this.inside.length);
    while (this.inside[pixel] === 0);
    return { x: pixel % this.width, y: Math.floor(pixel / this.width) };
  }
}

const hulls = new WeakMap<object, Hull>();

/** The hull of a face, made once for all that ask. */
export function hullOf(face: Pick<Face, 'image' | 'landmarks'>): Hull {
  const known = hulls.get(face) ?? new Hull(face);
  hulls.set(face, known);
  return known;
}
