import {
  availableBackends,
  cut,
  gridOf,
  startEngine,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tf,
} from '@fsg/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { LEFT_EYE, MOUTH_LEFT, NOSE_TIP, RIGHT_EYE, similarityMatrix } from '../src/recognisers/align.ts';

const TEMPLATE = [
  { landmarks: LEFT_EYE, x: 47, y: 46 },
  { landmarks: RIGHT_EYE, x: 100, y: 46 },
  { landmarks: NOSE_TIP, x: 74, y: 77 },
  { landmarks: MOUTH_LEFT, x: 50, y: 103 },
];

/** Landmarks that lie where the similarity carries the template; those it does not name are far off. */
function landmarksAt([a, b, x0, y0]: readonly [number, number, number, number]): Float32Array {
  const landmarks = new Float32Array(136).fill(999);
  for (const { landmarks: points, x, y } of TEMPLATE) {
    points.forEach((point, i) => {
      const off = points.length > 1 ? Math.cos((2 * Math.PI * i) / points.length) : 0; // points around their mean
      landmarks[2 * point] = a * x - b * y + x0 + 3 * off;
      landmarks[2 * point + 1] = b * x + a * y + y0 - 2 * off;
    });
  }
  return landmarks;
}

const SIMILARITIES = [
  [1, 0, 0, 0],
  [0.5, 0, 20, 12],
  [0.4, 0.3, 9.5, -4],
  [0, -1, 3, 130],
] as const;

describe.each(availableBackends())('a cut along landmarks, %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend });
  });

  it('recovers the similarity that put the landmarks there', () => {
    const found = tf.tidy(() => {
      const landmarks = tf.stack(SIMILARITIES.map((s) => tf.tensor1d(landmarksAt(s)))) as Tensor2D;
      return tf
        .matMul(landmarks, tf.tensor2d(similarityMatrix(TEMPLATE), [136, 4]))
        .arraySync() as number[][];
    });
    SIMILARITIES.forEach((similarity, i) => {
      similarity.forEach((value, k) => {
        expect(found[i]?.[k]).toBeCloseTo(value, 3);
      });
    });
  });

  it('reads a ramp exactly, and its border beyond the border', () => {
    const [height, width, size] = [9, 11, 6];
    const ramp = (x: number, y: number): number => 0.25 * x - 0.5 * y;
    const similarities = [
      [1, 0.2, 1.3, 2.1],
      [0.7, -0.6, -2, 3],
    ] as const;
    const found = tf.tidy(() => {
      const pixels = Array.from({ length: height * width }, (_, i) => ramp(i % width, Math.floor(i / width)));
      const image = tf.tensor4d(pixels, [1, height, width, 1]);
      const images = tf.tile(tf.concat([image, tf.neg(image)], 3), [2, 1, 1, 1]) as Tensor4D;
      return cut(images, tf.tensor2d(similarities.map((s) => [...s])), gridOf(size)).dataSync();
    });
    const limit = (value: number, top: number): number => Math.min(Math.max(value, 0), top);
    similarities.forEach(([a, b, x0, y0], n) => {
      for (let v = 0; v < size; v++) {
        for (let u = 0; u < size; u++) {
          const expected = ramp(limit(a * u - b * v + x0, width - 1), limit(b * u + a * v + y0, height - 1));
          const at = 2 * ((n * size + v) * size + u);
          expect(found[at]).toBeCloseTo(expected, 4);
          expect(found[at + 1]).toBeCloseTo(-expected, 4);
        }
      }
    });
  });

  it('hands out blocks of pixels where they are asked for', () => {
    const { u, v } = gridOf(4, 2);
    expect([...u.dataSync()]).toEqual([0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3]);
    expect([...v.dataSync()]).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3]);
    tf.dispose([u, v]);
  });

  it('has the transpose as its gradient: <cut(x), y> = <x, gradient(y)>', () => {
    tf.tidy(() => {
      const x = wave([3, 7, 8, 3], 1) as Tensor4D;
      const similarity = tf.tensor2d([
        [1.1, 0.3, 0.7, 0.2],
        [0.6, -0.2, 2, 4],
        [2, 0, -3, -1],
      ]);
      const grid = gridOf(5);
      const y = wave([3, 25, 3], 2);
      const [gradient] = tf.grads((image: Tensor) => cut(image as Tensor4D, similarity, grid))([x], y);
      const forward = tf.sum(tf.mul(cut(x, similarity, grid), y)).dataSync()[0] as number;
      const backward = tf.sum(tf.mul(x, gradient as Tensor)).dataSync()[0] as number;
      expect(Math.abs(forward)).toBeGreaterThan(1);
      expect(backward).toBeCloseTo(forward, 4);
    });
  });
});

const wave = (shape: number[], salt: number): Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
      Math.sin(12.9898 * i + 78.233 * salt),
    ),
    shape,
  );
