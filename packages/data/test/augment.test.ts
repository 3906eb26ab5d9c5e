import { expect, test } from 'vitest';
import { augment, mirror, rotate } from '../src/augment.ts';
import type { Face } from '../src/face.ts';
import { MIRRORED } from '../src/landmarks.ts';
import { landmarksOf } from '../src/mesh/landmarks68.ts';
import { random } from '../src/random.ts';
import { stubFace } from './stub-faces.ts';

const face = stubFace('augmented', { pose: { yaw: 20, pitch: 4, roll: -6 } });

/** The face with a white square of 5 x 5 at one landmark, all else black. */
function marked(point: number): Face {
  const [x, y] = [
    Math.round(face.landmarks[2 * point] as number),
    Math.round(face.landmarks[2 * point + 1] as number),
  ];
  const landmarks = face.landmarks.slice();
  landmarks[2 * point] = x;
  landmarks[2 * point + 1] = y;
  const data = new Uint8Array(face.image.data.length);
  for (let dy = -2; dy <= 2; dy++) data.fill(255, 3 * ((y + dy) * 128 + x - 2), 3 * ((y + dy) * 128 + x + 3));
  return { ...face, landmarks, image: { ...face.image, data } };
}

/** Where the white is, by its centre of mass. */
function centre({ image: { data, width } }: Face): [x: number, y: number] {
  let [x, y, sum] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 3) {
    const value = data[i] as number;
    x += value * ((i / 3) % width);
    y += value * Math.floor(i / 3 / width);
    sum += value;
  }
  return [x / sum, y / sum];
}

test.each([-15, -1, 7, 14])('turned by %i degrees, a landmark stays on what it marks', (degrees) => {
  for (const point of [0, 8, 30, 45]) {
    const turned = rotate(marked(point), degrees);
    const [x, y] = centre(turned);
    expect(Math.abs(x - (turned.landmarks[2 * point] as number))).toBeLessThan(0.1);
    expect(Math.abs(y - (turned.landmarks[2 * point + 1] as number))).toBeLessThan(0.1);
  }
});

test('a positive angle turns clockwise, corners become black', () => {
  const turned = rotate({ ...face, image: { ...face.image, data: face.image.data.map(() => 200) } }, 10);
  expect(turned.landmarks[2 * 16 + 1]).toBeGreaterThan(face.landmarks[2 * 16 + 1] as number);
  expect([...turned.image.data.slice(0, 3)]).toEqual([0, 0, 0]);
  expect([...turned.image.data.slice(3 * (64 * 128 + 64), 3 * (64 * 128 + 64) + 3)]).toEqual([200, 200, 200]);
});

test('in the mirror a landmark marks the same thing under its name there', () => {
  for (const point of [0, 8, 21, 33, 36, 41, 48, 58, 60, 67]) {
    const seen = mirror(marked(point));
    const other = MIRRORED[point] as number;
    const [x, y] = centre(seen);
    expect([x, y]).toEqual([seen.landmarks[2 * other], seen.landmarks[2 * other + 1]]);
  }
});

test('mirrored names keep the order of a face: jaw, brows, eyes and mouth run from left to right', () => {
  const straight = mirror(stubFace('straight'));
  const x = (i: number): number => straight.landmarks[2 * i] as number;
  const rows = [
    [0, 4, 8, 12, 16],
    [17, 19, 21, 22, 24, 26],
    [31, 33, 35],
    [36, 39, 42, 45],
    [48, 51, 54],
    [60, 62, 64],
    [59, 57, 55],
    [41, 40, 47, 46],
  ];
  for (const row of rows) {
    row.slice(1).forEach((point, i) => {
      expect(x(point)).toBeGreaterThan(x(row[i] as number));
    });
  }
  const twice = mirror(mirror(face));
  expect(twice.image.data).toEqual(face.image.data);
  twice.landmarks.forEach((value, i) => {
    expect(value).toBeCloseTo(face.landmarks[i] as number, 4);
  });
});

test('about half of the faces are mirrored; angles are whole degrees from -15 to 14', () => {
  const angles = new Set<number>();
  let mirrored = 0;
  for (let i = 0; i < 300; i++) {
    const flipped = augment(face, { flip: true, rotate: false }, random('flip', i));
    if (flipped !== face) mirrored++;
    const { landmarks } = augment(face, { flip: false, rotate: true }, random('turn', i));
    const [dx, dy] = [0, 1].map((c) => (landmarks[2 * 16 + c] as number) - (landmarks[c] as number)) as [
      number,
      number,
    ];
    const [ex, ey] = [0, 1].map(
      (c) => (face.landmarks[2 * 16 + c] as number) - (face.landmarks[c] as number),
    ) as [number, number];
    const angle = ((Math.atan2(dy, dx) - Math.atan2(ey, ex)) / Math.PI) * 180;
    expect(Math.abs(angle - Math.round(angle))).toBeLessThan(0.01);
    angles.add(Math.round(angle) + 0);
  }
  expect(mirrored).toBeGreaterThan(110);
  expect(mirrored).toBeLessThan(190);
  expect([Math.min(...angles), Math.max(...angles)]).toEqual([-15, 14]);
});

/** The face as one of a pair: brightened in a square, which the mask marks. */
function paired(): Face {
  const occluded = face.image.data.slice();
  const mask = new Uint8Array(128 * 128);
  for (let y = 50; y < 70; y++) {
    for (let x = 40; x < 60; x++) {
      mask[y * 128 + x] = 1;
      for (let c = 0; c < 3; c++)
        occluded[3 * (y * 128 + x) + c] = 255 - (occluded[3 * (y * 128 + x) + c] as number);
    }
  }
  return { ...face, occlusion: { occluded: { ...face.image, data: occluded }, mask } };
}

test.each(['mirrored', -11, 6] as const)(
  'of a pair (%s), what differs stays under the mask, nothing else with it',
  (how) => {
    const { image, occlusion } = how === 'mirrored' ? mirror(paired()) : rotate(paired(), how);
    const { occluded, mask } = occlusion as NonNullable<typeof occlusion>;
    let marked = 0;
    for (let i = 0; i < mask.length; i++) {
      const differs = [0, 1, 2].some((c) => image.data[3 * i + c] !== occluded.data[3 * i + c]);
      if (differs) expect(mask[i]).toBe(1);
      marked += mask[i] as number;
    }
    expect(marked).toBeGreaterThanOrEqual(400);
    expect(marked).toBeLessThan(400 + 4 * 24 * 2);
  },
);

test('the mesh goes where its landmarks go', () => {
  for (const turned of [mirror(face), rotate(face, 9)]) {
    const again = landmarksOf(turned.mesh);
    again.forEach((value, i) => {
      expect(Math.abs(value - (turned.landmarks[i] as number))).toBeLessThan(0.2);
    });
  }
});
