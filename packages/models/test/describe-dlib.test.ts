import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { describeDlibResnet } from '../src/index.ts';

it('counts the numbers that the packaged weight file holds, its scale layers folded away', () => {
  const entry = createRequire(import.meta.url).resolve(
    '@vladmandic/face-api/model/face_recognition_model-weights_manifest.json',
  );
  const [{ weights }] = JSON.parse(readFileSync(entry, 'utf8')) as [
    { weights: { name: string; shape: number[] }[] },
  ];
  const kept = weights.filter(({ name }) => !name.includes('/scale/'));
  const stored = kept.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(describeDlibResnet().parameters).toBe(stored);
  expect(describeDlibResnet().layers).toHaveLength(29);
});
