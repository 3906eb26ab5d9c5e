/**
 * The 68 points of iBUG 300-W as x0, y0, x1, y1 …: 0-16 jaw from the picture's left ear over the chin (8) to the
 * right, 17-21 and 22-26 brows, 27-30 nose ridge (30: tip), 31-35 nostrils, 36-41 and 42-47 eyes, 48-67 mouth.
 */
import type { Point } from './draw/point.ts';

export const POINTS = 68;

export const pointOf = (landmarks: Float32Array, index: number): Point => ({
  x: landmarks[2 * index] as number,
  y: landmarks[2 * index + 1] as number,
});

/** The points from `first` to `last`, both included. */
export const pointsOf = (landmarks: Float32Array, first: number, last: number): Point[] =>
  Array.from({ length: last - first + 1 }, (_, i) => pointOf(landmarks, first + i));

/** For each point the one that takes its place in the mirrored picture. */
export const MIRRORED: readonly number[] = mirroredIndices();

function mirroredIndices(): number[] {
  const mirrored = Array.from({ length: POINTS }, (_, i) => i);
  const swap = (a: number, b: number): void => {
    mirrored[a] = b;
    mirrored[b] = a;
  };
  for (let i = 0; i < 8; i++) swap(i, 16 - i);
  for (let i = 0; i < 5; i++) swap(17 + i, 26 - i);
  for (let i = 0; i < 2; i++) swap(31 + i, 35 - i);
  const eyes = [45, 44, 43, 42, 47, 46];
  eyes.forEach((right, i) => {
    swap(36 + i, right);
  });
  for (let i = 0; i < 3; i++) swap(48 + i, 54 - i);
  for (let i = 0; i < 2; i++) swap(55 + i, 59 - i);
  for (let i = 0; i < 2; i++) swap(60 + i, 64 - i);
  swap(65, 67);
  return mirrored;
}
