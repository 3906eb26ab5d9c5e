import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Face, Occluder } from '../src/face.ts';
import { GESTURES, type GestureName } from '../src/occluders/hand-gestures.ts';
import { OccluderConfig, openOccluder } from '../src/occluders/kinds.ts';
import { random } from '../src/random.ts';
import { syntheticFaces } from '../src/synthetic/index.ts';
import { stubFace } from './stub-faces.ts';

const open = (...gestures: GestureName[]): Promise<Occluder> =>
  openOccluder(OccluderConfig.parse({ kind: 'hand', gestures }));
const NAMES = Object.keys(GESTURES) as GestureName[];

test('each gesture is where it is made, on rendered people', async () => {
  const source = syntheticFaces({ seed: 8, identities: 16, imagesPerIdentity: 1, population: 'b' });
  const [left, right] = [
    [37, 38, 40, 41],
    [43, 44, 46, 47],
  ];
  const covered: Record<string, number> = {};
  for (let i = 0; i < source.faces.length; i++) {
    const face = await source.load(i);
    for (const name of NAMES) {
      const { mask } = (await open(name)).occlude(face, random('hand', i));
      const covers = (points: readonly number[]): boolean =>
        points.every(
          (p) =>
            mask[Math.round(face.landmarks[2 * p + 1]!) * 128 + Math.round(face.landmarks[2 * p]!)] === 1,
        );
      const count = (what: string, happens: boolean): void => {
        covered[`${name} ${what}`] =
          (covered[`${name} ${what}`] ?? 0) + Number(happens) / source.faces.length;
      };
      count('mouth', covers([51, 57, 62, 66]));
      count('an eye', covers(left) || covers(right));
      count('both eyes', covers(left) && covers(right));
    }
  }
  expect(covered['mouth mouth']).toBe(1);
  expect(covered['mouth an eye']).toBe(0);
  expect(covered['eye an eye']).toBeGreaterThan(0.8);
  expect(covered['eye both eyes']).toBeLessThan(0.1);
  expect(covered['chin an eye']).toBe(0);
  expect(covered['cheek both eyes']).toBe(0);
});

test('the arm comes from outside the picture, at any pose', async () => {
  const hands = await Promise.all(NAMES.map((name) => open(name)));
  const pose = fc.record({
    yaw: fc.integer({ min: -30, max: 30 }),
    pitch: fc.integer({ min: -15, max: 15 }),
    roll: fc.integer({ min: -20, max: 20 }),
  });
  fc.assert(
    fc.property(pose, fc.integer({ min: 22, max: 38 }), fc.nat(1e6), (turned, size, seed) => {
      const face = stubFace('stub-0', { pose: turned, size });
      for (const hand of hands) {
        const { mask } = hand.occlude(face, random(seed));
        const border = Array.from({ length: 128 }, (_, i) => [
          i,
          127 * 128 + i,
          128 * i,
          128 * i + 127,
        ]).flat();
        expect(border.filter((pixel) => mask[pixel] === 1).length).toBeGreaterThan(8);
      }
    }),
    { numRuns: 25, seed: 2, endOnFailure: true },
  );
});

/** Mean red, green and blue of what the hand covers, its dark edges and lines left out. */
async function colourOf(face: Face): Promise<number[]> {
  const { occluded, mask } = (await open('mouth')).occlude(face, random('colour'));
  const pixels = Array.from(mask.keys()).filter((i) => mask[i] === 1);
  return [0, 1, 2].map((c) => {
    const values = pixels.map((i) => occluded.data[3 * i + c]!).sort((a, b) => a - b);
    return values[Math.floor(0.6 * values.length)]!;
  });
}

test('its skin is the face’s: dark on a dark face, pale on a pale one, of its hue', async () => {
  const tinted = (skin: readonly [number, number, number]): Face => {
    const face = stubFace('stub-0');
    const data = face.image.data.map((_, i) => skin[i % 3]! * (1 + 0.03 * (((i * 7919) % 13) / 13 - 0.5)));
    return { ...face, image: { ...face.image, data } };
  };
  for (const skin of [
    [225, 185, 160],
    [150, 105, 78],
    [84, 56, 42],
  ] as const) {
    const [red, green, blue] = (await colourOf(tinted(skin))) as [number, number, number];
    expect(Math.abs(red / skin[0] - 1)).toBeLessThan(0.2);
    expect(Math.abs(green / red / (skin[1] / skin[0]) - 1)).toBeLessThan(0.1);
    expect(Math.abs(blue / red / (skin[2] / skin[0]) - 1)).toBeLessThan(0.12);
  }
});

test('it comes from the side that is turned to the viewer', async () => {
  for (const [yaw, side] of [
    [25, 'left'],
    [-25, 'right'],
  ] as const) {
    const hand = await open(...NAMES);
    const face = stubFace('stub-0', { pose: { yaw, pitch: 0, roll: 0 } });
    for (let seed = 0; seed < 20; seed++)
      expect(hand.occlude(face, random(seed)).blend).toMatchObject({ side });
  }
});
