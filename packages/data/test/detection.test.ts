/** The detector against face-api's eyes on photographs and against the truth of synthetic people. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startEngine, tf } from '@fsg/engine';
import { on, testedBackends } from '@fsg/engine/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rotate } from '../src/augment.ts';
import { type DetectedFace, type Detector, openDetector } from '../src/detection/detector.ts';
import type { Face, Rgb } from '../src/face.ts';
import { anglesOf, headPose } from '../src/mesh/head-pose.ts';
import { fiveOf } from '../src/mesh/landmarks68.ts';
import { identityOf, imageOf, renderFace, wideFraming } from '../src/synthetic/index.ts';

const FACE_API = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api')), '..');
const backends = testedBackends();

/** Of face-api's photographs: the people in them, a profile among them on the second, and eyes that face-api finds. */
const PHOTOGRAPHS = [
  {
    people: 3,
    eyes: [
      [439, 457, 512, 458],
      [866, 552, 937, 513],
      [1555, 280, 1614, 336],
    ],
  },
  { people: 3, eyes: [[1482, 281, 1561, 254]] },
  {
    people: 3,
    eyes: [
      [627, 430, 720, 432],
      [1559, 406, 1651, 400],
    ],
  },
  {
    people: 4,
    eyes: [
      [710, 150, 778, 185],
      [322, 315, 388, 281],
      [1007, 278, 1078, 290],
    ],
  },
  {
    people: 5,
    eyes: [
      [844, 191, 918, 204],
      [1148, 294, 1225, 293],
      [1437, 509, 1517, 495],
      [683, 514, 752, 516],
      [426, 990, 518, 980],
    ],
  },
  {
    people: 4,
    eyes: [
      [700, 454, 790, 448],
      [1228, 428, 1325, 427],
      [1530, 372, 1627, 396],
    ],
  },
] as const;

/** Photograph `number`, from 1, perhaps smaller, perhaps in the corner of a larger picture. */
async function photograph(number: number, width = 1920, beyond = 0): Promise<Rgb> {
  const { data, info } = await sharp(join(FACE_API, `demo/sample${number}.jpg`))
    .removeAlpha()
    .resize(width)
    .extend({ right: beyond, bottom: beyond, background: '#667' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** A synthetic person with much around the face. */
function person(index: number, population: 'a' | 'b', yaw: number, size = 128): Face {
  const identity = identityOf(5, index, population);
  const image = imageOf(5, identity.name, 0, population);
  const turned = { ...image, pose: { ...image.pose, yaw } };
  const key = identity.name;
  return { key, identity: key, ...renderFace(identity, turned, wideFraming(size)) };
}

/** Mean distance of two meshes in the picture, in distances of the eyes. */
function distance(a: Float32Array, b: Float32Array): number {
  const five = fiveOf(b);
  const eyes = Math.hypot(five[2]! - five[0]!, five[3]! - five[1]!);
  let sum = 0;
  for (let i = 0; i < a.length; i += 3) sum += Math.hypot(a[i]! - b[i]!, a[i + 1]! - b[i + 1]!);
  return sum / (a.length / 3) / eyes;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Of both eyes, in distances of the eyes, to the nearest face. */
const eyesOff = (faces: readonly DetectedFace[], eyes: readonly number[]): number =>
  Math.min(
    ...faces.map(({ five }) => {
      const off = [0, 2].map((i) => Math.hypot(five[i]! - eyes[i]!, five[i + 1]! - eyes[i + 1]!));
      return mean(off) / Math.hypot(eyes[2]! - eyes[0]!, eyes[3]! - eyes[1]!);
    }),
  );

describe(`the detector, ${backends[0]}`, () => {
  let detector: Detector;
  beforeAll(async () => {
    await startEngine({ backend: backends[0] });
    detector = await openDetector();
  });
  afterAll(() => detector.dispose());

  test.each(PHOTOGRAPHS.map((photo, i) => ({ ...photo, number: i + 1 })))(
    'finds the people of photograph $number, their eyes where face-api has them',
    async ({ number, people, eyes }) => {
      const faces = await detector.detect(await photograph(number));
      expect(faces.length).toBe(number === 2 ? people - 1 : people);
      for (const pair of eyes) expect(eyesOff(faces, pair)).toBeLessThan(0.12);
      const areas = faces.map(({ box }) => box.width * box.height);
      expect(areas).toEqual([...areas].sort((a, b) => b - a));
    },
  );

  test('finds faces of 35 pixels in a large picture', async () => {
    const scale = 345 / 1920;
    const faces = await detector.detect(await photograph(6, 345, 1575));
    expect(faces.length).toBe(4);
    for (const pair of PHOTOGRAPHS[5].eyes) {
      expect(
        eyesOff(
          faces,
          pair.map((value) => value * scale),
        ),
      ).toBeLessThan(0.12);
    }
  });

  test('lays the mesh where the synthetic face has it, in depth too', async () => {
    const off: number[] = [];
    for (const population of ['a', 'b'] as const) {
      for (const [index, yaw] of [-20, -10, 0, 8, 15, 20].entries()) {
        const face = person(index, population, yaw);
        const [found] = (await detector.detect(face.image)) as [DetectedFace];
        off.push(distance(found.mesh, face.mesh));
        const angle = anglesOf(headPose(found.mesh)).yaw - anglesOf(headPose(face.mesh)).yaw;
        expect(Math.abs(angle)).toBeLessThan(8);
      }
    }
    expect(Math.max(...off)).toBeLessThan(0.1);
    expect(mean(off)).toBeLessThan(0.06);
  });

  test('turns with the picture', async () => {
    for (const degrees of [-50, 40]) {
      const face = rotate(person(1, 'a', 5, 256), degrees);
      const [found] = (await detector.detect(face.image)) as [DetectedFace];
      expect(distance(found.mesh, face.mesh)).toBeLessThan(0.1);
    }
  });

  test('finds nothing where no face is', async () => {
    const { data, width } = await photograph(2);
    const knees = { width, height: 400, data: data.subarray(3 * width * 960) };
    expect(await detector.detect({ ...knees, data: knees.data.subarray(0, 3 * width * 400) })).toEqual([]);
    for (const [wide, high] of [
      [1, 1],
      [2, 900],
      [64, 64],
    ] as const) {
      expect(
        await detector.detect({ width: wide, height: high, data: new Uint8Array(3 * wide * high).fill(90) }),
      ).toEqual([]);
    }
  });

  test('leaves no tensor behind', async () => {
    const held = (): number => tf.memory().numTensors;
    const before = held();
    const another = await openDetector();
    const opened = held();
    await another.detect(person(0, 'a', 0).image);
    expect(held()).toBe(opened);
    another.dispose();
    expect(held()).toBe(before);
  });
});

test.skipIf(backends.length < 2)('every backend finds the same to within a pixel', async () => {
  const images = [await photograph(5, 960), person(2, 'b', 25).image];
  const found: DetectedFace[][][] = images.map(() => []);
  for (const backend of backends) {
    for (const [i, image] of images.entries()) found[i]!.push(await on(backend, () => facesOf(image)));
  }
  for (const [first, second] of found as [DetectedFace[], DetectedFace[]][]) {
    expect(first.length).toBeGreaterThan(0);
    expect(second.length).toBe(first.length);
    first.forEach(({ mesh }, i) => {
      const off = mesh.map((value, k) => Math.abs(value - second[i]!.mesh[k]!));
      expect(Math.max(...off)).toBeLessThan(1);
    });
  }
});

async function facesOf(image: Rgb): Promise<DetectedFace[]> {
  const detector = await openDetector();
  try {
    return await detector.detect(image);
  } finally {
    detector.dispose();
  }
}
