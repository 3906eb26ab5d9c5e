/** A user's own recogniser: here a graph that gives the mean colour of the face, whose features are known by hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type Tensor2D, tf } from '@fsg/engine';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openGraphRecogniser } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'fsg-graph-'));
const type = { type: 'DT_FLOAT' };
const MODEL = {
  format: 'graph-model',
  modelTopology: {
    versions: { producer: 1 },
    node: [
      { name: 'face', op: 'Placeholder', attr: { dtype: type, shape: { shape: { unknownRank: true } } } },
      { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' }, value: { tensor: {} } } },
      { name: 'colour', op: 'Mean', input: ['face', 'axes'], attr: { T: type, keep_dims: { b: false } } },
    ],
  },
  weightsManifest: [{ paths: ['weights.bin'], weights: [{ name: 'axes', shape: [2], dtype: 'int32' }] }],
};
const DESCRIPTION = {
  name: 'colour',
  model: 'model.json',
  size: 16,
  channels: 'bgr',
  range: [0, 255],
  template: { leftEye: [5, 5], rightEye: [11, 5], mouthLeft: [6, 11], mouthRight: [10, 11] },
};
const write = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return join(folder, name);
};

beforeAll(async () => {
  await startEngine({ backend: 'cpu' });
  writeFileSync(join(folder, 'weights.bin'), Buffer.from(Int32Array.of(1, 2).buffer));
  write('model.json', MODEL);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('gets faces as its description says, and gives unit features', async () => {
  const before = tf.memory().numTensors;
  const recogniser = await openGraphRecogniser(write('colour.json', DESCRIPTION));
  expect([recogniser.name, recogniser.dimensions]).toEqual(['colour', 3]);
  expect(recogniser.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(Object.keys(recogniser.frozen)).toContain('axes');
  const features = tf.tidy(() => {
    // R, G, B = -1, 0, 1 everywhere: 255, 127.5, 0 in the order B, G, R.
    const image = tf.tile(tf.tensor4d([-1, 0, 1], [1, 1, 1, 3]), [1, 128, 128, 1]) as tf.Tensor4D;
    const landmarks = tf.randomUniform([1, 136], 40, 90, 'float32', 7) as Tensor2D;
    return [...recogniser.embed(image, landmarks).dataSync()];
  });
  const norm = Math.hypot(255, 127.5);
  for (const [i, value] of [255 / norm, 127.5 / norm, 0].entries()) expect(features[i]).toBeCloseTo(value, 4);
  recogniser.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it('has another hash where faces are given to it otherwise', async () => {
  const first = await openGraphRecogniser(write('colour.json', DESCRIPTION));
  const other = await openGraphRecogniser(write('rgb.json', { ...DESCRIPTION, channels: 'rgb' }));
  expect(other.hash).not.toBe(first.hash);
  for (const recogniser of [first, other]) recogniser.dispose();
});

it.each([
  ['an unknown key', { ...DESCRIPTION, sice: 16 }, /wrong\.json: the file: Unrecognized key: "sice"/],
  ['a missing one', { ...DESCRIPTION, size: undefined }, /wrong\.json: size: /],
  ['a model that is not there', { ...DESCRIPTION, model: 'gone.json' }, /cannot read .*gone\.json/],
  ['a model that is none', { ...DESCRIPTION, model: 'colour.json' }, /no tfjs graph model/],
])('%s is named', async (_, description, message) => {
  await expect(openGraphRecogniser(write('wrong.json', description))).rejects.toThrow(message);
});
