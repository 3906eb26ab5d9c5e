/** Our networks, losses, gradients, buffers and Adam against an independent implementation's (packages/models/test/golden). */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startEngine, tf } from '@fsg/engine';
import { testedBackends } from '@fsg/engine/testing';
import { float32, readSafetensors, readWeightFile, type StoredTensor, toFloat32 } from '@fsg/models';
import { describe, expect, it } from 'vitest';
import { compareGolden, type GoldenSet, recomputeGolden } from '../src/index.ts';

const FOLDER = fileURLToPath(new URL('../../models/test/golden', import.meta.url));

async function readGolden(): Promise<GoldenSet> {
  const weights = async (file: string) => (await readWeightFile(`${FOLDER}/${file}.pth`)).tensors;
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.safetensors'));
  const files = names.map((name) => [
    name.replace('.safetensors', ''),
    readSafetensors(readFileSync(`${FOLDER}/${name}`), name),
  ]);
  return {
    weights: {
      vae: await weights('vae'),
      generator: await weights('gen'),
      discriminator: await weights('dis'),
    },
    files: Object.fromEntries(files),
  };
}

describe.each(testedBackends())('%s', (backend) => {
  it('computes every golden tensor within the tolerances, and leaves none behind', async () => {
    await startEngine({ backend });
    const golden = await readGolden();
    const before = tf.memory().numTensors;
    const rows = compareGolden(golden, recomputeGolden(golden, FOLDER));
    expect(rows.filter(({ passed }) => !passed)).toEqual([]);
    const known = Object.entries(golden.files).filter(([file]) => file !== 'inputs');
    const single = rows.filter(({ group }) => !group.endsWith('the whole'));
    expect(single.reduce((sum, { tensors }) => sum + tensors, 0)).toBe(
      known.reduce((sum, [, tensors]) => sum + Object.keys(tensors).length, 0),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the comparison', () => {
  const golden = (tensor: StoredTensor | undefined): GoldenSet => ({
    weights: { vae: {}, generator: {}, discriminator: {} },
    files: { train: tensor ? { loss: tensor } : {} },
  });
  const verdict = (a: StoredTensor | undefined, b: StoredTensor | undefined): boolean | undefined =>
    compareGolden(golden(a), { train: b ? { loss: b } : {} })[0]?.passed;
  const two = float32([2], Float32Array.of(2, -1));

  it.each([
    ['equal', two, true],
    ['off by less than 1e-4 of the largest', float32([2], Float32Array.of(2, -1.00015)), true],
    ['off by more', float32([2], Float32Array.of(2, -1.0003)), false],
    ['not a number', float32([2], Float32Array.of(2, Number.NaN)), false],
    ['of another shape', float32([1, 2], toFloat32(two)), false],
    ['missing', undefined, false],
  ] as const)('%s', (_, found, passed) => {
    expect(verdict(two, found)).toBe(passed);
    if (found === undefined) expect(verdict(undefined, two)).toBe(false);
  });
});
