import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Capsule, drawCapsules, type Limbs, MARKS, type Mark } from '../src/drape/capsules.ts';
import type { Coverage } from '../src/draw/polygon.ts';

const SIZE = 40;
const coordinate = fc.double({ min: 4, max: 36, noNaN: true });
const radius = fc.double({ min: 1, max: 7, noNaN: true });
const capsule = fc
  .record({
    a: fc.tuple(coordinate, coordinate, fc.double({ min: -15, max: 15, noNaN: true })),
    b: fc.tuple(coordinate, coordinate, fc.double({ min: -15, max: 15, noNaN: true })),
    ra: radius,
    rb: radius,
    soft: fc.constant(1e-6),
  })
  // One that points at the viewer shows its ends alone.
  .filter(({ a, b, ra, rb }) => Math.hypot(a[0] - b[0], a[1] - b[1]) > 1.1 * Math.abs(ra - rb));

const along: Mark = (index, t, _nx, _ny, _nz, out) => {
  out[0] = index;
  out[1] = t;
};
const draw = (...capsules: Capsule[]): Limbs => drawCapsules(capsules, SIZE, SIZE, along);

/** Over a point, the foremost of 500 spheres along the capsule: its depth, where it faces and how far along it is. */
function foremost({ a, b, ra, rb }: Capsule, x: number, y: number) {
  let [depth, t, inside] = [Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY];
  let normal = [0, 0, 0];
  for (let k = 0; k <= 500; k++) {
    const [dx, dy] = [x - a[0] - (k / 500) * (b[0] - a[0]), y - a[1] - (k / 500) * (b[1] - a[1])];
    const r = ra + (k / 500) * (rb - ra);
    const off = dx * dx + dy * dy;
    inside = Math.max(inside, r - Math.sqrt(off));
    const rise = Math.sqrt(r * r - off);
    const z = a[2] + (k / 500) * (b[2] - a[2]) + rise;
    if (off > r * r || z <= depth) continue;
    [depth, t] = [z, k / 500];
    normal = [dx / r, dy / r, rise / r];
  }
  return { depth, normal, t, inside };
}

const at = ({ left, top, stride }: Coverage, x: number, y: number): number => (y - top) * stride + x - left;

test('depth, direction and place of a capsule are those of the spheres that it is made of', () => {
  fc.assert(
    fc.property(capsule, (one) => {
      const limbs = draw(one);
      for (let y = 2; y < SIZE; y += 3) {
        for (let x = 2; x < SIZE; x += 3) {
          const { depth, normal, t, inside } = foremost(one, x, y);
          // An edge is one pixel soft.
          expect(Math.abs(limbs.at(x, y) - Math.min(1, Math.max(0, inside + 0.5)))).toBeLessThan(0.02);
          if (inside < 0.3) continue;
          const i = at(limbs, x, y);
          expect(Math.abs(limbs.depth[i]! - depth)).toBeLessThan(0.03);
          const facing = [limbs.nx[i]!, limbs.ny[i]!, limbs.nz[i]!];
          const agree = facing.reduce((sum, value, axis) => sum + value * normal[axis]!, 0);
          expect(agree).toBeGreaterThan(0.99);
          const length = Math.sqrt(one.a.reduce((sum, value, axis) => sum + (value - one.b[axis]!) ** 2, 0));
          if (length > 4) expect(Math.abs(limbs.marks[MARKS * i + 1]! - t) * length).toBeLessThan(0.6);
        }
      }
    }),
    { numRuns: 60, seed: 3, endOnFailure: true },
  );
});

test('the nearer capsule hides the other, whichever is drawn first', () => {
  fc.assert(
    fc.property(capsule, capsule, (one, other) => {
      const both = [one, other];
      const [first, second] = [draw(...both), draw(...both.toReversed())];
      for (let y = 2; y < SIZE; y += 3) {
        for (let x = 2; x < SIZE; x += 3) {
          const seen = both.map((each) => foremost(each, x, y));
          if (seen.some(({ inside }) => Math.abs(inside) < 0.6) || seen.every(({ inside }) => inside < 0))
            continue;
          const front = Math.max(...seen.map(({ depth }) => depth));
          expect(Math.abs(first.depth[at(first, x, y)]! - front)).toBeLessThan(0.05);
          expect(Math.abs(second.depth[at(second, x, y)]! - front)).toBeLessThan(0.05);
        }
      }
    }),
    { numRuns: 40, seed: 4, endOnFailure: true },
  );
});

test('capsules side by side melt: the groove between them is filled, by no more than a quarter of the softness', () => {
  const upright = (x: number, soft: number): Capsule => ({ a: [x, 8, 0], b: [x, 30, 0], ra: 5, rb: 5, soft });
  const groove = (soft: number): number => {
    const limbs = draw(upright(15, soft), upright(23, soft));
    return limbs.depth[at(limbs, 19, 20)]!;
  };
  expect(groove(1e-6)).toBeCloseTo(3, 4);
  expect(groove(2)).toBeCloseTo(3.5, 4);
  const limbs = draw(upright(15, 2), upright(23, 2));
  expect(limbs.depth[at(limbs, 15, 20)]).toBeCloseTo(5, 4);
  expect(limbs.nx[at(limbs, 19, 20)]).toBeCloseTo(0, 4);
});

test('cut off at the picture’s borders, and nothing outside it', () => {
  const far = { a: [60, 60, 0], b: [90, 70, 0], ra: 3, rb: 3, soft: 1 } as const;
  expect(draw(far).values.some((value) => value > 0)).toBe(false);
  const leaving = draw({ a: [20, 20, 0], b: [20, 500, 0], ra: 4, rb: 9, soft: 1 });
  expect(leaving.bottom).toBe(SIZE);
  expect(leaving.at(20, SIZE - 1)).toBe(1);
});
