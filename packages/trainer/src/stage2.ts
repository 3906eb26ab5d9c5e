/** Stage II: generator against multi-receptive-field discriminator, guided by stage I's structure. Source: FSG-GAN, stage II. */
import { gradientsOf, type NamedTensors, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import {
  adversarialLoss,
  discriminate,
  entriesOf,
  generate,
  identityLoss,
  l1Loss,
  type StructureVaeSize,
  TensorNet,
  totalVariation,
} from '@fsg/models';
import type { Batch, Stage, StepInputs } from './stage.ts';
import { predictStructure } from './stage1.ts';
import {
  learn,
  networkOf,
  type OptimiserOptions,
  parameterNames,
  pick,
  smoothed,
  startNetwork,
} from './state.ts';

export interface Stage2Options {
  readonly size: StructureVaeSize;
  readonly optimiser: OptimiserOptions;
  /** The frozen stage-I network and its size. */
  readonly structure: { readonly tensors: NamedTensors; readonly size: StructureVaeSize };
  /** The frozen recogniser of the identity loss: images and landmarks → unit features [B, D]; differentiable. */
  readonly recogniser: {
    embed(images: Tensor4D, landmarks: Tensor2D): Tensor2D;
    /** Its tensors. */
    readonly frozen: unknown;
  };
  readonly weights: {
    readonly l1: number;
    readonly identity: number;
    readonly adversarial: number;
    readonly tv: number;
  };
  readonly seed: number;
}

const train = (tensors: NamedTensors): TensorNet =>
  new TensorNet(tensors, { training: true, spectral: true });

export function stage2(options: Stage2Options): Stage {
  const { size, weights, structure, recogniser, optimiser, seed } = options;
  const generatorNames = parameterNames(entriesOf('generator', size));
  const discriminatorNames = parameterNames(entriesOf('discriminator', size));

  /** Gradients for the generator; the discriminator judges in training mode, so its buffers move as well. */
  function generatorPass(generator: NamedTensors, discriminator: NamedTensors, batch: Batch) {
    const { occluded, clean, landmarks } = batch;
    const guide = predictStructure(structure.tensors, occluded, structure.size);
    const features = weights.identity > 0 ? recogniser.embed(clean, landmarks) : undefined;
    return gradientsOf(
      () => {
        const net = train(generator);
        const judge = train(discriminator);
        const restored = generate(net, guide, occluded, size);
        const l1 = l1Loss(restored, clean);
        const tv = totalVariation(restored);
        const identity = features
          ? identityLoss(recogniser.embed(restored, landmarks), features)
          : tf.scalar(0);
        const { total: adversarial, levels } = adversarialLoss(discriminate(judge, restored, size), true);
        const loss = weightedSum({ l1, tv, identity, adversarial }, weights);
        const metrics = { loss, l1, tv, identity, adversarial, ...prefixed('adversarial', levels) };
        return { loss, aside: { metrics, buffers: net.updates, judge: judge.updates, images: { restored } } };
      },
      pick(generator, generatorNames),
    );
  }

  /** Gradients for the discriminator: the clean images first, then the restored ones, which count as constants. */
  function discriminatorPass(discriminator: NamedTensors, clean: Tensor4D, restored: Tensor4D) {
    return gradientsOf(
      () => {
        const onReal = train(discriminator);
        const real = adversarialLoss(discriminate(onReal, clean, size), true);
        const onFake = train({ ...discriminator, ...onReal.updates });
        const fake = adversarialLoss(discriminate(onFake, restored, size), false);
        const loss: tf.Scalar = tf.mul(tf.add(real.total, fake.total), 0.5);
        const metrics = {
          discriminator: loss,
          ...prefixed('discriminator/real', real.levels),
          ...prefixed('discriminator/fake', fake.levels),
        };
        return { loss, aside: { metrics, buffers: onFake.updates } };
      },
      pick(discriminator, discriminatorNames),
    );
  }

  function passes({ networks, batch }: StepInputs) {
    const discriminator = networkOf(networks, 'discriminator').tensors;
    const g = generatorPass(networkOf(networks, 'generator').tensors, discriminator, batch);
    const judge = { ...discriminator, ...g.aside.judge };
    return { g, d: discriminatorPass(judge, batch.clean, g.aside.images.restored as Tensor4D) };
  }

  return {
    name: 'stage2',
    networks: ['generator', 'discriminator'],
    passes: { generator: 1, discriminator: 3 },
    optimiser,
    frozen: [structure.tensors, recogniser.frozen],
    start: (given = {}) => ({
      step: 0,
      networks: {
        generator: startNetwork('generator', size, optimiser.ema, seed, given.generator),
        discriminator: startNetwork('discriminator', size, 0, seed, given.discriminator),
      },
    }),
    noise: () => ({}),
    step: (inputs) => {
      const { g, d } = passes(inputs);
      const { networks, pace } = inputs;
      const generator = learn(
        networkOf(networks, 'generator'),
        g.gradients,
        g.aside.buffers,
        pace,
        optimiser,
      );
      const discriminator = learn(
        networkOf(networks, 'discriminator'),
        d.gradients,
        d.aside.buffers,
        pace,
        optimiser,
      );
      return {
        networks: { generator: generator.network, discriminator: discriminator.network },
        metrics: {
          ...g.aside.metrics,
          ...d.aside.metrics,
          'gradient/generator': generator.gradientNorm,
          'gradient/discriminator': discriminator.gradientNorm,
        },
      };
    },
    gradients: (inputs) => {
      const { g, d } = passes(inputs);
      return { generator: g.gradients, discriminator: d.gradients };
    },
    restore: (networks, occluded) => {
      const guide = predictStructure(structure.tensors, occluded, structure.size);
      const weights = smoothed(networkOf(networks, 'generator'), generatorNames);
      const net = new TensorNet(weights, { training: false, spectral: true });
      return { structure: guide, restored: generate(net, guide, occluded, size) };
    },
  };
}

function weightedSum(terms: Record<string, tf.Scalar>, weights: Readonly<Record<string, number>>): tf.Scalar {
  const weighted = Object.entries(terms).map(([name, term]) => tf.mul(term, weights[name] as number));
  return tf.addN(weighted) as tf.Scalar;
}

const prefixed = (prefix: string, terms: Record<string, tf.Scalar>): NamedTensors =>
  Object.fromEntries(Object.entries(terms).map(([name, term]) => [`${prefix}/${name}`, term]));
