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
import type { Batch, Stage, StepResult } from './stage.ts';
import { predictStructure } from './stage1.ts';
import {
  learn,
  type NetworkState,
  type OptimiserOptions,
  parameterNames,
  pick,
  smoothed,
  startNetwork,
  type TrainState,
} from './state.ts';

export interface Stage2Options {
  readonly size: StructureVaeSize;
  readonly generator: OptimiserOptions;
  readonly discriminator: OptimiserOptions;
  /** The frozen stage-I network and its size. */
  readonly structure: { readonly tensors: NamedTensors; readonly size: StructureVaeSize };
  /** Images → unit features [B, D]; differentiable. */
  readonly embed: (images: Tensor4D) => Tensor2D;
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
  const { size, weights, structure, embed } = options;
  const generatorNames = parameterNames(entriesOf('generator', size));
  const discriminatorNames = parameterNames(entriesOf('discriminator', size));

  /** Gradients for the generator; the discriminator judges in training mode, so its buffers move as well. */
  function generatorPass(generator: NamedTensors, discriminator: NamedTensors, { occluded, clean }: Batch) {
    const guide = predictStructure(structure.tensors, occluded, structure.size);
    const features = weights.identity > 0 ? embed(clean) : undefined;
    return gradientsOf(
      () => {
        const net = train(generator);
        const judge = train(discriminator);
        const restored = generate(net, guide, occluded, size);
        const l1 = l1Loss(restored, clean);
        const tv = totalVariation(restored);
        const identity = features ? identityLoss(embed(restored), features) : tf.scalar(0);
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

  function step(state: TrainState, batch: Batch, rate: number): StepResult {
    const { generator, discriminator } = state.networks as Required<TrainState['networks']>;
    const g = generatorPass(generator.tensors, discriminator.tensors, batch);
    const learntG = learn(
      generator,
      generatorNames,
      g.gradients,
      g.aside.buffers,
      1,
      rate,
      options.generator,
    );
    const judge = { ...discriminator.tensors, ...g.aside.judge };
    const d = discriminatorPass(judge, batch.clean, g.aside.images.restored as Tensor4D);
    const learntD = learn(
      discriminator,
      discriminatorNames,
      d.gradients,
      d.aside.buffers,
      3,
      rate,
      options.discriminator,
    );
    return {
      state: {
        step: state.step + 1,
        networks: { generator: learntG.network, discriminator: learntD.network },
      },
      metrics: {
        ...g.aside.metrics,
        ...d.aside.metrics,
        'gradient/generator': learntG.gradientNorm,
        'gradient/discriminator': learntD.gradientNorm,
      },
      gradients: { generator: g.gradients, discriminator: d.gradients },
    };
  }

  return {
    name: 'stage2',
    start: (given = {}) => ({
      step: 0,
      networks: {
        generator: startNetwork('generator', size, options.generator, options.seed, given.generator),
        discriminator: startNetwork(
          'discriminator',
          size,
          options.discriminator,
          options.seed,
          given.discriminator,
        ),
      },
    }),
    step,
    restore: (state, occluded) => {
      const guide = predictStructure(structure.tensors, occluded, structure.size);
      const net = new TensorNet(smoothed(state.networks.generator as NetworkState, generatorNames), {
        training: false,
        spectral: true,
      });
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
