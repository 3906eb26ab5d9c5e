/** Draws rounded cones that melt into one another, as limbs do: at each pixel the foremost of them. */
import { Coverage } from '../draw/polygon.ts';

export type Vector = readonly [x: number, y: number, z: number];

/**
 * All within a radius of the line from a to b, the radius growing evenly along it. In pixels: y down, z to the viewer. One that
 * points at the viewer, more steeply than it tapers, is drawn as its two ends.
 */
export interface Capsule {
  readonly a: Vector;
  readonly b: Vector;
  readonly ra: number;
  readonly rb: number;
  /** Over what depth it melts into those before it. */
  readonly soft: number;
}

/** By pixel of the coverage's box. */
export class Limbs extends Coverage {
  /** Where the surface faces: a unit vector, x to the right, y down, z to the viewer. */
  readonly nx: Float32Array;
  readonly ny: Float32Array;
  readonly nz: Float32Array;
  readonly depth: Float32Array;
  /** `MARKS` values each, as `Mark` writes them. */
  readonly marks: Float32Array;

  constructor(left: number, top: number, right: number, bottom: number) {
    super(left, top, right, bottom);
    const array = (values = 1): Float32Array => new Float32Array(values * this.values.length);
    [this.nx, this.ny, this.nz, this.depth, this.marks] = [array(), array(), array(), array(), array(MARKS)];
  }
}

export const MARKS = 3;

/** Writes what marks a capsule's skin at a place: `along` it from 0 at a to 1 at b, where it faces (nx, ny, nz). */
export type Mark = (
  capsule: number,
  along: number,
  nx: number,
  ny: number,
  nz: number,
  out: Float64Array,
) => void;

/** Cut off at the picture's borders. Nearer capsules hide others; where depths are close they melt. */
export function drawCapsules(capsules: readonly Capsule[], width: number, height: number, mark: Mark): Limbs {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const { a, b, ra, rb } of capsules) {
    left = Math.min(left, a[0] - ra, b[0] - rb);
    right = Math.max(right, a[0] + ra, b[0] + rb);
    top = Math.min(top, a[1] - ra, b[1] - rb);
    bottom = Math.max(bottom, a[1] + ra, b[1] + rb);
  }
  const limbs = new Limbs(
    Math.max(0, Math.floor(left)),
    Math.max(0, Math.floor(top)),
    Math.min(width, Math.ceil(right) + 1),
    Math.min(height, Math.ceil(bottom) + 1),
  );
  capsules.forEach((capsule, index) => {
    draw(limbs, capsule, index, mark);
  });
  return limbs;
}

function draw(limbs: Limbs, capsule: Capsule, index: number, mark: Mark): void {
  const { left, top, right, bottom, stride } = limbs;
  const { a, b, ra, rb, soft } = capsule;
  const meet = rayThrough(capsule);
  const outline = outlineOf(capsule);
  const most = Math.max(ra, rb) + 0.5;
  const last = Math.min(bottom - 1, Math.floor(Math.max(a[1] + ra, b[1] + rb) + 0.5));
  for (let y = Math.max(top, Math.ceil(Math.min(a[1] - ra, b[1] - rb) - 0.5)); y <= last; y++) {
    const dy = y - a[1];
    // The part of the line that is no further from this row than the capsule is wide.
    const [s, t] = b[1] === a[1] ? [0, 1] : [(dy - most) / (b[1] - a[1]), (dy + most) / (b[1] - a[1])];
    const [u, v] = [(b[0] - a[0]) * Math.min(1, Math.max(0, s)), (b[0] - a[0]) * Math.min(1, Math.max(0, t))];
    const to = Math.min(right - 1, Math.floor(a[0] + Math.max(u, v) + most));
    for (let x = Math.max(left, Math.ceil(a[0] + Math.min(u, v) - most)); x <= to; x++) {
      const cover = 0.5 - outline(x - a[0], dy);
      if (cover <= 0) continue;
      meet(x - a[0], dy);
      lay(limbs, (y - top) * stride + x - left, Math.min(1, cover), a[2] + hit.z, soft, index, mark);
    }
  }
}

/**
 * Distance of the point beside the end a by (dx, dy) from the outline that is seen, negative inside. Derivation: Quilez, "2D
 * distance functions: uneven capsule".
 */
function outlineOf({ a, b, ra, rb }: Capsule): (dx: number, dy: number) => number {
  const bx = b[0] - a[0];
  const by = b[1] - a[1];
  const length = Math.sqrt(bx * bx + by * by);
  const slope = (ra - rb) / length;
  if (!(Math.abs(slope) < 1)) {
    // One end hides the other.
    const [cx, cy, radius] = ra > rb ? [0, 0, ra] : [bx, by, rb];
    return (dx, dy) => Math.sqrt((dx - cx) * (dx - cx) + (dy - cy) * (dy - cy)) - radius;
  }
  const rise = Math.sqrt(1 - slope * slope);
  const [ux, uy] = [bx / length, by / length];
  return (dx, dy) => {
    const along = dx * ux + dy * uy;
    const off = Math.abs(dx * uy - dy * ux);
    const k = rise * along - slope * off;
    if (k < 0) return Math.sqrt(dx * dx + dy * dy) - ra;
    if (k > rise * length) return Math.sqrt(off * off + (along - length) * (along - length)) - rb;
    return rise * off + slope * along - ra;
  };
}

/** Where a ray along z first meets a capsule: height over its end a, place along it, unit normal. */
const hit = { z: 0, along: 0, nx: 0, ny: 0, nz: 0 };

function setHit(z: number, along: number, nx: number, ny: number, nz: number): void {
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
  hit.z = z;
  hit.along = along;
  hit.nx = nx / length;
  hit.ny = ny / length;
  hit.nz = nz / length;
}

/**
 * Writes `hit` for the ray beside the end a by (dx, dy); for one that just misses, where it comes nearest. Derivation: Quilez,
 * "Rounded cone: ray intersection".
 */
function rayThrough({ a, b, ra, rb }: Capsule): (dx: number, dy: number) => void {
  const bx = b[0] - a[0];
  const by = b[1] - a[1];
  const bz = b[2] - a[2];
  const taper = ra - rb;
  const length2 = bx * bx + by * by + bz * bz;
  const cone = length2 - taper * taper;
  const flat = cone - bz * bz;
  return (dx, dy) => {
    const off2 = dx * dx + dy * dy;
    if (flat > 1e-6) {
      const along = bx * dx + by * dy;
      const k1 = bz * (along - taper * ra);
      const k0 = cone * off2 - along * along + 2 * along * taper * ra - length2 * ra * ra;
      const z = (Math.sqrt(Math.max(0, k1 * k1 - k0 * flat)) + k1) / flat;
      const place = along - ra * taper + z * bz;
      if (place > 0 && place < cone) {
        setHit(z, place / cone, cone * dx - bx * place, cone * dy - by * place, cone * z - bz * place);
        return;
      }
    }
    const [ex, ey] = [dx - bx, dy - by];
    const atA = ra * ra - off2;
    const atB = rb * rb - ex * ex - ey * ey;
    const [overA, overB] = [Math.sqrt(Math.max(0, atA)), Math.sqrt(Math.max(0, atB))];
    if (atB > 0 && (atA <= 0 || bz + overB > overA)) setHit(bz + overB, 1, ex, ey, overB);
    else if (atA > 0 || off2 < ex * ex + ey * ey) setHit(overA, 0, dx, dy, overA);
    else setHit(bz, 1, ex, ey, 0);
  };
}

const out = new Float64Array(MARKS);

/** Lays what was hit over or under what is there. Melting: Quilez, "Smooth minimum". */
function lay(
  { values, depth, nx, ny, nz, marks }: Limbs,
  at: number,
  cover: number,
  z: number,
  soft: number,
  index: number,
  mark: Mark,
): void {
  const old = values[at]!;
  const gap = old === 0 ? soft : z - depth[at]!;
  const before = gap <= -soft;
  if (before && old === 1) return;
  const melts = !before && gap < soft;
  const near = melts ? 0.5 + (0.5 * gap) / soft : 1;
  const fresh = before ? (1 - old) * cover : near * cover;
  const kept = before ? old : melts ? (1 - near) * old : (1 - cover) * old;
  const share = fresh / (fresh + kept);
  const rest = 1 - share;
  values[at] = melts ? Math.max(old, cover) : old + (1 - old) * cover;
  depth[at] = share * z + rest * depth[at]! + (melts ? soft * near * (1 - near) : 0);
  nx[at] = share * hit.nx + rest * nx[at]!;
  ny[at] = share * hit.ny + rest * ny[at]!;
  nz[at] = share * hit.nz + rest * nz[at]!;
  mark(index, hit.along, hit.nx, hit.ny, hit.nz, out);
  for (let m = MARKS * at, k = 0; k < MARKS; m++, k++) marks[m] = share * out[k]! + rest * marks[m]!;
}
