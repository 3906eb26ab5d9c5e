/** The front of spectacles on a face: where its points lie in the picture, and which of them a pixel shows. */
import type { Point } from '../draw/point.ts';
import { frontAt, TILT } from './eyewear-shape.ts';
import { type Seat, seated, seatOn } from './seat.ts';
import type { WornBy } from './wear.ts';

/** Vertices of the mesh: the bridge of the nose; temples, in pairs. */
const BRIDGE = [6, 168, 197, 122, 351];
const TEMPLES = [21, 251, 162, 389, 127, 356];

/** Radius in cm of the ball from which a lens is cut. */
const GLASS = 9;

export class Front {
  private readonly worn: WornBy;
  private readonly seat: Seat;
  private readonly wrap: number;

  /** `wrap`: the radius in cm at which the front is bent about the head. */
  constructor(worn: WornBy, wrap: number) {
    this.worn = worn;
    this.seat = seatOn(worn, BRIDGE, TEMPLES);
    this.wrap = wrap;
  }

  /** Points of the front, x and y in cm, moved `behind` its surface: [N, 3] in pixels. */
  place(points: readonly Point[], behind = 0): Float32Array {
    const flat = points.flatMap((point) => [point.x, point.y, frontAt(point, this.wrap) - behind]);
    return seated(flat, this.worn, this.seat);
  }

  /** The same, as they are seen. */
  seen(points: readonly Point[], behind = 0): Point[] {
    const placed = this.place(points, behind);
    return points.map((_, i) => ({ x: placed[3 * i]!, y: placed[3 * i + 1]! }));
  }

  /** The front about `middle`, taken as flat. */
  chart(middle: Point): Chart {
    const [right, above] = [
      { x: middle.x + 1, y: middle.y },
      { x: middle.x, y: middle.y + 1 },
    ];
    return new Chart(middle, this.place([middle, right, above]));
  }

  /** Where glass faces at a point of the lens about `middle`: a unit vector in the picture, y up. */
  normal({ x, y }: Point, middle: Point): [x: number, y: number, z: number] {
    const r = this.worn.pose.rotation;
    const nx = x / this.wrap + (x - middle.x) / GLASS;
    const ny = -TILT + (y - middle.y) / GLASS;
    const length = Math.sqrt(nx * nx + ny * ny + 1);
    return [
      (r[0] * nx + r[1] * ny + r[2]) / length,
      (r[3] * nx + r[4] * ny + r[5]) / length,
      (r[6] * nx + r[7] * ny + r[8]) / length,
    ];
  }
}

/** A plane in space, and places on it by the pixels that show them. */
export class Chart {
  private readonly middle: Point;
  private readonly places: Float32Array;
  /** The plane's coordinates by a pixel's offset from the middle: rows of a 2 x 2 matrix. */
  private readonly inverse: readonly [number, number, number, number];

  /** `places`: [3, 3] in pixels, where the middle lies and the points 1 to the right of it and 1 above it. */
  constructor(middle: Point, places: Float32Array) {
    this.middle = middle;
    this.places = places;
    const [x, y] = [places[0]!, places[1]!];
    const [a, b, c, d] = [places[3]! - x, places[6]! - x, places[4]! - y, places[7]! - y];
    const determinant = a * d - b * c;
    // Seen from its edge a plane shows nothing of itself.
    const share = Math.abs(determinant) < 1e-6 ? 0 : 1 / determinant;
    this.inverse = [d * share, -b * share, -c * share, a * share];
  }

  at(x: number, y: number): Point {
    const [dx, dy] = [x - this.places[0]!, y - this.places[1]!];
    const [a, b, c, d] = this.inverse;
    return { x: this.middle.x + a * dx + b * dy, y: this.middle.y + c * dx + d * dy };
  }

  /** z in pixels. */
  depth(x: number, y: number): number {
    const at = this.at(x, y);
    const p = this.places;
    return p[2]! + (at.x - this.middle.x) * (p[5]! - p[2]!) + (at.y - this.middle.y) * (p[8]! - p[2]!);
  }
}
