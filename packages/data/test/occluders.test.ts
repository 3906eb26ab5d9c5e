import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Face, Occluder } from '../src/face.ts';
import { Hull } from '../src/hull.ts';
import {
  cardOf,
  OCCLUDER_KINDS,
  OccluderConfig,
  type OccluderName,
  openOccluder,
} from '../src/occluders/kinds.ts';
import { random } from '../src/random.ts';
import { syntheticFaces } from '../src/synthetic/index.ts';
import { writeDisc } from './cutout-pictures.ts';
import { stubFace } from './stub-faces.ts';

/** Least and most of the face's hull that a kind may cover where nothing is asked for: bounds that catch what is far off. */
const COVERAGE: Readonly<Record<OccluderName, readonly [number, number]>> = {
  blocks: [0.1, 0.45],
  cap: [0, 0.75],
  cutout: [0.01, 0.85],
  hand: [0.002, 0.85],
  mask: [0.2, 0.8],
  cloth: [0.2, 0.8],
  respirator: [0.35, 0.8],
  scarf: [0.04, 0.8],
  sunglasses: [0.2, 0.62],
  strokes: [0.08, 0.47],
};

const anyPose = fc.record({
  yaw: fc.integer({ min: -30, max: 30 }),
  pitch: fc.integer({ min: -15, max: 15 }),
  roll: fc.integer({ min: -20, max: 20 }),
});
const anyFace = fc
  .record({ pose: anyPose, size: fc.integer({ min: 22, max: 38 }), seed: fc.nat(1e6) })
  .map((options) => stubFace('stub-0', options));

/** What a kind of the user's own reads. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsg-occluders-'));
  await writeDisc(join(folder, 'disc.png'), 60, 40);
});
afterAll(() => rm(folder, { recursive: true }));

const open = (kind: OccluderName, parameters: object = {}): Promise<Occluder> =>
  openOccluder(OccluderConfig.parse({ kind, ...(kind === 'cutout' && { folder }), ...parameters }));

function differing(face: Face, occluded: Uint8Array): Uint8Array {
  const mask = new Uint8Array(occluded.length / 3);
  occluded.forEach((value, i) => {
    if (value !== face.image.data[i]) mask[Math.floor(i / 3)] = 1;
  });
  return mask;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe.each([...OCCLUDER_KINDS])('%s', (kind) => {
  test('the mask is where pixels differ, its share of the hull in bounds, at any pose', async () => {
    const [least, most] = COVERAGE[kind];
    const occluder = await open(kind);
    fc.assert(
      fc.property(anyFace, fc.nat(1e6), (face, seed) => {
        const before = face.image.data.slice();
        const { occluded, mask } = occluder.occlude(face, random(seed));
        expect(same(face.image.data, before)).toBe(true);
        expect(same(mask, differing(face, occluded.data))).toBe(true);
        const share = new Hull(face).share(mask);
        expect(share).toBeGreaterThanOrEqual(least);
        expect(share).toBeLessThanOrEqual(most);
      }),
      { numRuns: 120, seed: 1 },
    );
  });

  test('the same face and stream give the same pixels, another stream others', async () => {
    const [one, other] = [await open(kind), await open(kind)];
    const face = stubFace('stub-1', { pose: { yaw: 12, pitch: -5, roll: 3 } });
    const draw = (by: Occluder, seed: number) => by.occlude(face, random(seed)).occluded.data;
    expect(same(draw(one, 1), draw(other, 1))).toBe(true);
    expect(same(draw(one, 1), draw(one, 2))).toBe(false);
  });

  test('unknown parameters are refused', () => {
    const { error } = OccluderConfig.safeParse({ kind, nonsense: 1 });
    expect(JSON.stringify(error?.issues)).toContain('nonsense');
  });

  test('a share that it cannot cover is refused with what it can', () => {
    const { area, controllable } = cardOf(kind);
    const { success, error } = OccluderConfig.safeParse({
      kind,
      area: controllable ? area[1] + 0.05 : area[0],
    });
    expect(success).toBe(false);
    expect(JSON.stringify(error?.issues)).toContain(`covers ${area[0]} to ${area[1]} of the face's hull`);
  });
});

test.each(OCCLUDER_KINDS.filter((kind) => cardOf(kind).controllable))(
  '%s: a target share of the hull is met within 2 percentage points',
  async (kind) => {
    const [low, high] = cardOf(kind).area;
    for (const target of [low, (low + high) / 2, high]) {
      const occluder = await open(kind, { area: target });
      for (const [i, face] of (await people()).entries()) {
        const { mask } = occluder.occlude(face, random('area', i));
        expect(Math.abs(new Hull(face).share(mask) - target)).toBeLessThan(0.02);
      }
    }
  },
);

const rendered = syntheticFaces({ seed: 5, identities: 24, imagesPerIdentity: 1 });
let known: Promise<Face[]> | undefined;
function people(): Promise<Face[]> {
  known ??= Promise.all(rendered.faces.map((_, i) => rendered.load(i)));
  return known;
}

test('worn things stay where they are worn, on rendered people too', async () => {
  const source = syntheticFaces({ seed: 3, identities: 6, imagesPerIdentity: 1, population: 'a' });
  const kinds = ['sunglasses', 'mask', 'cloth', 'respirator', 'scarf', 'cap'] as const;
  const worn = new Map<string, Occluder>();
  for (const kind of kinds) worn.set(kind, await open(kind));
  for (let i = 0; i < source.faces.length; i++) {
    const face = await source.load(i);
    const covers = (kind: OccluderName, points: readonly number[]): number => {
      const { mask } = (worn.get(kind) as Occluder).occlude(face, random('worn', i));
      const hit = points.filter((p) => {
        const [x, y] = [face.landmarks[2 * p] as number, face.landmarks[2 * p + 1] as number];
        return mask[Math.round(y) * 128 + Math.round(x)] === 1;
      });
      return hit.length / points.length;
    };
    const eyes = [37, 38, 40, 41, 43, 44, 46, 47];
    const mouth = [51, 57, 62, 66];
    expect(covers('sunglasses', eyes)).toBeGreaterThanOrEqual(0.75);
    expect(covers('sunglasses', mouth)).toBe(0);
    for (const kind of ['mask', 'cloth', 'respirator'] as const) {
      expect(covers(kind, mouth)).toBe(1);
      expect(covers(kind, eyes)).toBe(0);
    }
    expect(covers('cap', mouth)).toBe(0);
    expect(covers('respirator', [31, 33, 35])).toBe(1);
    expect(covers('scarf', [7, 8, 9])).toBe(1);
    expect(covers('scarf', eyes)).toBe(0);
  }
});
