import { describe, expect, it } from 'vitest';
import {
  FIVE_POINTS,
  type Identity,
  type ImageParams,
  identityOf,
  imageOf,
  renderFace,
  syntheticFaces,
  wideFraming,
} from '../src/index.ts';

const SIZE = 128;
/** Someone seen straight on, at rest, in soft light, without alignment error, noise or blur. */
function portrait(change: Partial<ImageParams> = {}, index = 3): ImageParams {
  const image = imageOf(1, 'portrait', index);
  return {
    ...image,
    pose: { yaw: 0, pitch: 0, roll: 0 },
    expression: { smile: 0.1, jaw: 0, brows: 0, blink: 0, gaze: [0, 0] },
    jitter: { x: 0, y: 0, scale: 1 },
    camera: { ...image.camera, noise: 0, blur: 0, balance: [1, 1, 1] },
    ...change,
  };
}
const person = (change: Partial<Identity> = {}, index = 12): Identity => {
  const identity = identityOf(1, index);
  return { ...identity, hair: { ...identity.hair, style: 'buzz', fringe: 0 }, ...change };
};
const point = (landmarks: Float32Array, i: number): [number, number] => [
  landmarks[2 * i] as number,
  landmarks[2 * i + 1] as number,
];

/** Number of each of the 68 points' mirror image. */
const MIRROR = Array.from({ length: 68 }, (_, i) => {
  const sums: [from: number, to: number, sum: number][] = [
    [0, 17, 16],
    [17, 27, 43],
    [31, 36, 66],
    [36, 40, 81],
    [40, 42, 87],
    [42, 46, 81],
    [46, 48, 87],
    [48, 55, 102],
    [55, 60, 114],
    [60, 65, 124],
    [65, 68, 132],
  ];
  const range = sums.find(([from, to]) => i >= from && i < to);
  return range ? range[2] - i : i;
});

describe('landmarks of synthetic people', () => {
  it('lie in the picture, in the order of iBUG 300-W', async () => {
    const source = syntheticFaces({ seed: 2, identities: 30, imagesPerIdentity: 1 });
    for (let i = 0; i < source.faces.length; i++) {
      const { landmarks, key } = await source.load(i);
      expect(Math.min(...landmarks), key).toBeGreaterThan(0);
      expect(Math.max(...landmarks), key).toBeLessThan(SIZE - 1);
      const x = (k: number) => point(landmarks, k)[0];
      const y = (k: number) => point(landmarks, k)[1];
      for (const [left, right] of [
        [36, 39],
        [39, 42],
        [42, 45],
        [48, 54],
        [31, 35],
        [21, 22],
        [4, 12],
      ] as const)
        expect(x(left), key).toBeLessThan(x(right));
      for (const [upper, lower] of [
        [27, 30],
        [30, 33],
        [33, 51],
        [51, 57],
        [57, 8],
        [19, 37],
        [24, 44],
      ] as const)
        expect(y(upper), key).toBeLessThan(y(lower));
    }
  });

  it('of a turned head mirror those of the head turned the other way', () => {
    for (const index of [1, 2, 5]) {
      const identity = person({}, index);
      const [right, left] = [17, -17].map(
        (yaw) => renderFace(identity, portrait({ pose: { yaw, pitch: 4, roll: 0 } })).landmarks,
      ) as [Float32Array, Float32Array];
      for (let i = 0; i < 68; i++) {
        const [x, y] = point(right, i);
        const [mx, my] = point(left, MIRROR[i] as number);
        expect(Math.abs(x - (SIZE - 1 - mx))).toBeLessThan(0.05);
        expect(Math.abs(y - my)).toBeLessThan(0.05);
      }
    }
  });

  it('follow the pose: yaw to the right, pitch up, roll clockwise', () => {
    const at = (pose: ImageParams['pose']) => renderFace(person(), portrait({ pose })).landmarks;
    const nose = (l: Float32Array) => point(l, 30)[0] - (point(l, 36)[0] + point(l, 45)[0]) / 2;
    const yaws = [-30, -15, 0, 15, 30].map((yaw) => nose(at({ yaw, pitch: 0, roll: 0 })));
    for (let i = 1; i < yaws.length; i++) expect(yaws[i]).toBeGreaterThan((yaws[i - 1] as number) + 1);
    const drop = (l: Float32Array) => point(l, 30)[1] - (point(l, 39)[1] + point(l, 42)[1]) / 2;
    const pitches = [-15, 0, 15].map((pitch) => drop(at({ yaw: 0, pitch, roll: 0 })));
    expect(pitches[0]).toBeGreaterThan((pitches[1] as number) + 1);
    expect(pitches[1]).toBeGreaterThan((pitches[2] as number) + 1);
    const rolled = at({ yaw: 0, pitch: 0, roll: 7 });
    const slope =
      (point(rolled, 45)[1] - point(rolled, 36)[1]) / (point(rolled, 45)[0] - point(rolled, 36)[0]);
    expect((Math.atan(slope) * 180) / Math.PI).toBeCloseTo(7, 0);
  });

  it('of the eyes surround the irises, and of the lips the lips, as painted', () => {
    for (const index of [4, 9, 14]) {
      const plain = identityOf(1, index);
      const identity = person(
        {
          iris: [0, 0, 4],
          skin: {
            ...plain.skin,
            colour: [0.4, 0.3, 0.25],
            lips: [0, 1, 0],
            liner: 0,
            shadow: 0,
            blemishes: 0,
          },
          beard: { ...plain.beard, moustache: 0, chin: 0, cheeks: 0, length: 0 },
        },
        index,
      );
      const image = portrait({
        background: { seed: 1, kind: 'studio' },
        clothes: { colour: [0.1, 0.1, 0.1], second: [0.1, 0.1, 0.1], neckline: 0.5, pattern: 0 },
      });
      const { image: picture, landmarks } = renderFace(identity, image);
      const found = { blueLeft: box(), blueRight: box(), green: box() };
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) {
          const [r, g, b] = picture.data.subarray(3 * (y * SIZE + x)) as unknown as [number, number, number];
          if (b > g + 60 && b > r + 60) (x < SIZE / 2 ? found.blueLeft : found.blueRight).add(x, y);
          if (g > r + 60 && g > b + 60 && y > 70 && y < 110) found.green.add(x, y);
        }
      }
      for (const [iris, first] of [
        [found.blueLeft, 36],
        [found.blueRight, 42],
      ] as const) {
        const rim = box();
        for (let k = first; k < first + 6; k++) rim.add(...point(landmarks, k));
        expect(iris.count).toBeGreaterThan(5);
        expect(iris.left).toBeGreaterThan(rim.left);
        expect(iris.right).toBeLessThan(rim.right);
        expect(iris.top).toBeGreaterThan(rim.top - 1.5);
        expect(iris.bottom).toBeLessThan(rim.bottom + 1.5);
      }
      const lips = box();
      for (let k = 48; k < 60; k++) lips.add(...point(landmarks, k));
      for (const side of ['left', 'right', 'top', 'bottom'] as const)
        expect(Math.abs(lips[side] - found.green[side]), side).toBeLessThan(2.6);
    }
  });
});

/** Bounding box of the points added. */
function box() {
  return {
    count: 0,
    left: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
    add(x: number, y: number) {
      this.count++;
      this.left = Math.min(this.left, x);
      this.right = Math.max(this.right, x);
      this.top = Math.min(this.top, y);
      this.bottom = Math.max(this.bottom, y);
    },
  };
}

describe('framing of synthetic people', () => {
  it('puts the five points where an aligned crop has them', () => {
    const mean = new Float64Array(10);
    const people = 40;
    for (let i = 0; i < people; i++) {
      const { five } = renderFace(identityOf(4, i), imageOf(4, `a-${i}`, 0));
      five.forEach((value, k) => {
        mean[k]! += value / people;
      });
    }
    FIVE_POINTS.forEach(([x, y], i) => {
      expect(Math.abs(mean[2 * i]! - x * SIZE)).toBeLessThan(2.5);
      expect(Math.abs(mean[2 * i + 1]! - y * SIZE)).toBeLessThan(2.5);
    });
  });

  it('shows the same face smaller and in the middle in the wide framing', () => {
    const identity = identityOf(4, 2);
    const image = imageOf(4, 'a-2', 0);
    const near = renderFace(identity, image).landmarks;
    const { zoom } = wideFraming(SIZE);
    const far = renderFace(identity, image, wideFraming(SIZE)).landmarks;
    const width = (l: Float32Array) =>
      Math.hypot(point(l, 45)[0] - point(l, 36)[0], point(l, 45)[1] - point(l, 36)[1]);
    expect(width(far) / width(near)).toBeCloseTo(zoom, 3);
    expect(Math.abs((point(far, 27)[0] + point(far, 8)[0]) / 2 - SIZE / 2)).toBeLessThan(10);
  });
});
