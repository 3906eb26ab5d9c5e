import { describe, expect, test } from 'vitest';
import { meanOf } from '../src/draw/point.ts';
import { pointOf, pointsOf } from '../src/landmarks.ts';
import { quantised } from '../src/mesh/mesh.ts';
import { REGIONS, type Region, regionsOf, shareUnder } from '../src/regions.ts';
import { stubFace } from './stub-faces.ts';

const face = stubFace('regions', { size: 40 });
const regions = regionsOf(face.mesh, 128, 128);

describe('regions of a face from in front', () => {
  const at = (index: number) => pointOf(face.landmarks, index);
  const mean = (first: number, last: number) => meanOf(pointsOf(face.landmarks, first, last));
  const brows = mean(17, 26);
  const places: [string, Region, { x: number; y: number }][] = [
    ['the left eye', 'eyes', mean(36, 41)],
    ['the right eye', 'eyes', mean(42, 47)],
    ['a brow', 'eyes', at(19)],
    ['the tip of the nose', 'nose', at(30)],
    ['between the eyes', 'nose', meanOf([at(27), at(28)])],
    ['the lips', 'mouth', mean(48, 67)],
    ['under the lower lip', 'chin', meanOf([at(57), at(8), at(8)])],
    ['beside the nose', 'cheeks', meanOf([at(2), at(31)])],
    ['on the other side', 'cheeks', meanOf([at(14), at(35)])],
    ['over the brows', 'forehead', { x: brows.x, y: brows.y - 0.15 * (at(8).y - brows.y) }],
  ];

  test.each(places)('%s: %s', (_, region, { x, y }) => {
    const pixel = Math.round(y) * 128 + Math.round(x);
    expect(REGIONS.filter((name) => regions[name][pixel] === 1)).toEqual([region]);
  });

  test('they lie side by side and fill the outline', () => {
    const count = new Uint8Array(128 * 128);
    for (const region of REGIONS) {
      regions[region].forEach((inside, p) => {
        count[p]! += inside;
      });
    }
    // A pixel cut in two halves by a border counts for both.
    const twice = count.filter((n) => n > 1).length;
    const once = count.filter((n) => n > 0).length;
    expect(twice / once).toBeLessThan(0.02);
    for (let y = 0; y < 128; y++) {
      const row = [...count.subarray(128 * y, 128 * y + 128)];
      const [first, last] = [row.findIndex((n) => n > 0), row.findLastIndex((n) => n > 0)];
      if (first >= 0) expect(row.slice(first, last + 1).filter((n) => n === 0).length).toBeLessThan(4);
    }
  });
});

test('the share of a region under a mask', () => {
  const left = Uint8Array.from({ length: 128 * 128 }, (_, p) =>
    p % 128 < pointOf(face.landmarks, 30).x ? 1 : 0,
  );
  for (const region of REGIONS) expect(shareUnder(regions[region], left)).toBeCloseTo(0.5, 1);
  expect(shareUnder(regions.eyes, regions.eyes)).toBe(1);
  expect(shareUnder(regions.eyes, regions.chin)).toBe(0);
});

test('a face outside the picture has no share', () => {
  const away = quantised(face.mesh.map((value, i) => (i % 3 === 0 ? value + 500 : value)));
  const inside = regionsOf(away, 128, 128);
  expect(shareUnder(inside.nose, new Uint8Array(128 * 128).fill(1))).toBeNull();
});
