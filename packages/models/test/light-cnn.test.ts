/** LightCNN as a recogniser from weight files. The numbers behind its features: packages/trainer/test/parity.test.ts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  entriesOf,
  initialise,
  lightCnnEntries,
  openLightCnn,
  type StoredTensors,
  toStateDict,
  writeSafetensors,
} from '../src/index.ts';
import { type Framed, framedFaces, tensorsOf } from './photographs.ts';

const folder = mkdtempSync(join(tmpdir(), 'fsg-lightcnn-'));
let people: Framed[];

beforeAll(async () => {
  await startEngine();
  people = await framedFaces(3);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of random weights, the classifier for so many people included, names as their author's files have them. */
function file(name: 'lightcnn9' | 'lightcnn29v2', people: number, prefix = ''): string {
  const options = { architecture: name, people };
  const tensors = initialise(entriesOf('recogniser', options), 5);
  const stored = toStateDict(entriesOf('recogniser', options), tensors, 0);
  tf.dispose(tensors);
  const named: StoredTensors = Object.fromEntries(
    Object.entries(stored).map(([key, tensor]) => [`${prefix}${key}`, tensor]),
  );
  const path = join(folder, `${name}-${people}-${prefix}.safetensors`);
  writeFileSync(path, writeSafetensors(named));
  return path;
}

async function features(path: string, options: { signed?: boolean } = {}): Promise<number[][]> {
  const recogniser = await openLightCnn(path, options);
  const { images, landmarks } = tensorsOf(people);
  const rows = tf.tidy(
    () => recogniser.embed(images as Tensor4D, landmarks as Tensor2D).arraySync() as number[][],
  );
  tf.dispose([images, landmarks]);
  recogniser.dispose();
  return rows;
}

describe.each(['lightcnn9', 'lightcnn29v2'] as const)('%s', (name) => {
  it('is known by its tensors, with a classifier of any size and with a prefix', async () => {
    const [plain, wrapped] = [await features(file(name, 8)), await features(file(name, 8, 'module.'))];
    expect(plain).toEqual(wrapped);
    expect(plain.map((row) => row.length)).toEqual([256, 256, 256]);
    for (const row of plain) expect(row.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 4);
    const recogniser = await openLightCnn(file(name, 8));
    expect([recogniser.name, recogniser.dimensions]).toEqual([name, 256]);
    expect(recogniser.hash).toMatch(/^[0-9a-f]{64}$/);
    recogniser.dispose();
  });

  it('C: sees luma in [-1, 1] where that is asked for, and other features come of it', async () => {
    const path = file(name, 2);
    expect(await features(path, { signed: true })).not.toEqual(await features(path));
  });
});

it('another network’s file is refused by what it is', async () => {
  const path = join(folder, 'vae.safetensors');
  const tensors = initialise(entriesOf('vae', { dim: 32, zDim: 8 }), 1);
  writeFileSync(path, writeSafetensors(toStateDict(entriesOf('vae', { dim: 32, zDim: 8 }), tensors, 0)));
  tf.dispose(tensors);
  await expect(openLightCnn(path)).rejects.toThrow(/holds vae; expected lightcnn29v2 or lightcnn9/);
  expect(lightCnnEntries('lightcnn9').some(({ name }) => name.startsWith('fc2'))).toBe(false);
});
