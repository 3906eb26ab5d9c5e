import { readFileSync } from 'node:fs';
import {
  gradientsOf,
  type NamedTensors,
  type Scalar,
  startEngine,
  type Tensor,
  type Tensor4D,
  tf,
} from '@fsg/engine';
import { testedBackends } from '@fsg/engine/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  adversarialLoss,
  decodeStructure,
  describeNetwork,
  discriminate,
  encodeStructure,
  entriesOf,
  fromStateDict,
  generate,
  initialise,
  klDivergence,
  l1Loss,
  type NetworkName,
  readSafetensors,
  reconstructionLoss,
  TensorNet,
  toStateDict,
  totalVariation,
  writeSafetensors,
} from '../src/index.ts';
import { compareFile, golden, goldenWeights, nhwc, relativeError, size } from './golden.ts';

describe('the paper’s size', () => {
  const full = { dim: 256, zDim: 512 };
  // Counted by PyTorch from the authors' release; GFLOP by hand, two a multiply-add.
  it.each([
    ['vae', 4_976_969, 1.06, undefined],
    ['generator', 3_245_465, 14.0, undefined],
    ['discriminator', 1_105_030, 0.2, 275],
  ] as const)('%s', (name, parameters, gflop, field) => {
    const found = describeNetwork(name, full);
    expect(found.parameters).toBe(parameters);
    expect(found.gflop).toBeCloseTo(gflop, 1);
    if (field) expect(found.receptiveField).toBe(field);
  });

  it('sees 15, 67 and 275 pixels with the three heads', () => {
    const { layers } = describeNetwork('discriminator', full);
    const heads = layers.filter(({ output }) => output[2] === 1).map(({ receptiveField }) => receptiveField);
    expect(heads).toEqual([15, 67, 275]);
  });
});

describe.each(testedBackends())('against PyTorch, %s', (backend) => {
  let inputs: ReturnType<typeof golden>;
  beforeAll(async () => {
    await startEngine({ backend });
    inputs = golden('inputs');
    tf.engine().startScope();
  });
  afterAll(() => tf.engine().endScope());

  const pictures = () => ({
    occluded: nhwc(inputs, 'occluded'),
    clean: nhwc(inputs, 'clean'),
    structure: nhwc(inputs, 'structure'),
  });
  const evaluation = (name: NetworkName) =>
    new TensorNet(goldenWeights(name), { training: false, spectral: name !== 'vae' });
  const training = (tensors: NamedTensors) => new TensorNet(tensors, { training: true, spectral: true });
  const parameters = (name: NetworkName, tensors: NamedTensors): NamedTensors =>
    Object.fromEntries(
      entriesOf(name, size)
        .filter(({ kind }) => kind === 'parameter')
        .map((entry) => [entry.name, tensors[entry.name] as Tensor]),
    );

  it('evaluates all three networks', () => {
    const expected = golden('eval');
    const { occluded, clean, structure } = pictures();
    const vae = evaluation('vae');
    const [mu, logvar] = tf.split(encodeStructure(vae, occluded, size), 2, 3) as [Tensor4D, Tensor4D];
    const sampled: Tensor4D = tf.add(mu, tf.mul(nhwc(inputs, 'eps'), tf.exp(tf.mul(logvar, 0.5))));
    const levels = discriminate(evaluation('discriminator'), clean, size);
    const found: Record<string, Tensor> = {
      vae_mu: mu,
      vae_logvar: logvar,
      vae_out: decodeStructure(vae, sampled, size),
      vae_out_mean: decodeStructure(vae, mu, size),
      gen_out: generate(evaluation('generator'), structure, occluded, size),
      dis_small: tf.sigmoid(levels.small),
      dis_medium: tf.sigmoid(levels.medium),
      dis_large: tf.sigmoid(levels.large),
    };
    for (const [name, tensor] of Object.entries(found))
      expect(relativeError(tensor, expected, name), name).toBeLessThan(1e-4);
  });

  it('trains stage I: losses, gradients, running statistics', () => {
    const expected = golden('train');
    const { occluded, clean } = pictures();
    const tensors = goldenWeights('vae');
    const { gradients, aside } = gradientsOf(
      () => {
        const net = new TensorNet(tensors, { training: true, spectral: false });
        const [mu, logvar] = tf.split(encodeStructure(net, occluded, size), 2, 3) as [Tensor4D, Tensor4D];
        const z: Tensor4D = tf.add(mu, tf.mul(nhwc(inputs, 'eps'), tf.exp(tf.mul(logvar, 0.5))));
        const out = decodeStructure(net, z, size);
        const reconstruction = reconstructionLoss(out, clean);
        const kl = klDivergence(mu, logvar);
        const loss: Scalar = tf.add(reconstruction, kl);
        return { loss, aside: { buffers: net.updates, metrics: { out, reconstruction, kl } } };
      },
      parameters('vae', tensors),
    );
    const { out, reconstruction, kl } = aside.metrics as Record<string, Tensor>;
    expect(relativeError(out as Tensor, expected, 'stage1_out')).toBeLessThan(1e-4);
    expect(relativeError(reconstruction as Tensor, expected, 'stage1_reconstruction')).toBeLessThan(1e-4);
    expect(relativeError(kl as Tensor, expected, 'stage1_kl')).toBeLessThan(1e-4);
    const g = compareFile(entriesOf('vae', size), gradients, 'stage1-gradients');
    expect(g.compared).toBe(g.expected);
    expect(g.whole).toBeLessThan(5e-3);
    expect(g.single).toBeLessThan(1e-2);
    const b = compareFile(entriesOf('vae', size), aside.buffers, 'stage1-buffers');
    expect(b.compared).toBe(b.expected);
    expect(b.relative).toBeLessThan(1e-4);
  });

  it('trains stage II: losses, the discriminator’s gradients, all buffers', () => {
    const expected = golden('train');
    const { occluded, clean, structure } = pictures();
    const generator = training(goldenWeights('generator'));
    const restored = generate(generator, structure, occluded, size);
    const tensors = goldenWeights('discriminator');
    const judged = adversarialLoss(discriminate(training(tensors), restored, size), true);
    const { loss, gradients, aside } = gradientsOf(
      () => {
        const onReal = training(tensors);
        const real = adversarialLoss(discriminate(onReal, clean, size), true);
        const onFake = training({ ...tensors, ...onReal.updates });
        const fake = adversarialLoss(discriminate(onFake, restored, size), false);
        const loss: Scalar = tf.div(tf.add(real.total, fake.total), 2);
        return { loss, aside: { buffers: onFake.updates } };
      },
      parameters('discriminator', tensors),
    );
    const found: Record<string, Tensor> = {
      stage2_fake: restored,
      stage2_l1: l1Loss(restored, clean),
      stage2_tv: totalVariation(restored),
      stage2_bce_small: judged.levels.small,
      stage2_bce_medium: judged.levels.medium,
      stage2_bce_large: judged.levels.large,
      stage2_adversarial: judged.total,
      stage2_discriminator: loss,
    };
    for (const [name, tensor] of Object.entries(found))
      expect(relativeError(tensor, expected, name), name).toBeLessThan(1e-4);
    const g = compareFile(entriesOf('discriminator', size), gradients, 'stage2-discriminator-gradients');
    expect(g.compared).toBe(g.expected);
    expect(g.whole).toBeLessThan(5e-3);
    expect(g.single).toBeLessThan(1e-2);
    for (const [name, buffers] of [
      ['generator', generator.updates],
      ['discriminator', aside.buffers],
    ] as const) {
      const b = compareFile(entriesOf(name, size), buffers, `stage2-${name}-buffers`);
      expect(b.compared).toBe(b.expected);
      expect(b.relative).toBeLessThan(1e-4);
    }
  });
});

describe('weight files', () => {
  beforeAll(async () => {
    await startEngine({ backend: 'cpu' });
  });

  it.each(['vae', 'generator', 'discriminator'] as const)('%s: PyTorch’s bytes come back', (name) => {
    const file = readFileSync(new URL(`golden/${name}.safetensors`, import.meta.url));
    const stored = readSafetensors(file, name);
    const { tensors, batches } = fromStateDict(entriesOf(name, size), stored, name);
    const again = readSafetensors(
      writeSafetensors(toStateDict(entriesOf(name, size), tensors, batches)),
      'copy',
    );
    expect(Object.keys(again).sort()).toEqual(Object.keys(stored).sort());
    for (const [key, { shape, data }] of Object.entries(stored)) {
      expect(again[key]?.shape, key).toEqual(shape);
      expect(again[key]?.data, key).toEqual(data);
    }
    tf.dispose(tensors);
  });

  it('names what is missing, left over and mis-shaped', () => {
    const stored = golden('vae');
    const { 'decoder.decoder_blocks.2.3.bias': bias, ...rest } = stored;
    const load = (file: typeof stored) => () => fromStateDict(entriesOf('vae', size), file, 'x.safetensors');
    expect(load(rest)).toThrow(/x\.safetensors: decoder\.decoder_blocks\.2\.3\.bias is missing/);
    expect(load({ ...stored, stray: bias as never })).toThrow(/stray is not a tensor of this network/);
    expect(
      load({ ...stored, 'decoder.decoder_blocks.2.3.bias': { shape: [4], data: new Float32Array(4) } }),
    ).toThrow(/has shape \[4\], expected \[3\]/);
  });

  it.each([
    ['too short', new Uint8Array(3)],
    ['a header longer than the file', Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 123)],
    ['no JSON', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 123)],
    ['a truncated body', writeSafetensors({ a: { shape: [4], data: new Float32Array(4) } }).subarray(0, -2)],
  ])('refuses %s', (_, bytes) => {
    expect(() => readSafetensors(bytes, 'broken.safetensors')).toThrow(/^broken\.safetensors: /);
  });
});

describe('initial weights', () => {
  it('are Xavier uniform, seeded by name', async () => {
    await startEngine({ backend: 'cpu' });
    const entries = entriesOf('generator', size);
    const [a, b, c] = [1, 1, 2].map((seed) => initialise(entries, seed)) as [
      NamedTensors,
      NamedTensors,
      NamedTensors,
    ];
    const name = 'encoder_blocks.2.3.weight_orig';
    const values = (set: NamedTensors) => (set[name] as Tensor).dataSync() as Float32Array;
    expect(values(a)).toEqual(values(b));
    expect(values(a)).not.toEqual(values(c));
    const bound = Math.sqrt(6 / (9 * (64 + 64)));
    const largest = Math.max(...values(a).map(Math.abs));
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
    const variance = values(a).reduce((sum, x) => sum + x * x, 0) / values(a).length;
    expect(variance).toBeCloseTo((bound * bound) / 3, 4);
    tf.dispose([a, b, c]);
  });
});
