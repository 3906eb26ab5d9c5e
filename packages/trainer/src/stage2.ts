/** Stage II: generator against multi-receptive-field discriminator, guided by stage I's structure. Source: FSG-GAN, stage II. */
import { cut, gradientsOf, gridOf, type NamedTensors, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { random } from '@fsg/engine/random';
import {
  adversarialLoss,
  discriminate,
  entriesOf,
  generate,
  holeLoss,
  identityLoss,
  l1Loss,
  type NetworkName,
  type StructureVaeSize,
  TensorNet,
  totalVariation,
} from '@fsg/models';
import { type Batch, IMAGE_SIZE, type Stage, type StepInputs } from './stage.ts';
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
    readonly hole: number;
    readonly identity: number;
    readonly adversarial: number;
    readonly tv: number;
  };
  /** Side of the random crops that the generator learns from, one a picture; left out: whole pictures. */
  readonly crop?: number;
  readonly seed: number;
}

const train = (tensors: NamedTensors): TensorNet =>
  new TensorNet(tensors, { training: true, spectral: true });

export function stage2(options: Stage2Options): Stage {
  const { size, weights, structure, recogniser, optimiser, crop, seed } = options;
  const adversarial = weights.adversarial > 0;
  const window = crop === undefined ? undefined : gridOf(crop);
  const generatorNames = parameterNames(entriesOf('generator', size));
  const discriminatorNames = parameterNames(entriesOf('discriminator', size));

  /** Structure, occluded and clean images and masks, cut to this step's crops where the recipe asks for such. */
  function pictures({ occluded, clean, mask }: Batch, { corners }: NamedTensors) {
    const guide = predictStructure(structure.tensors, occluded, structure.size);
    if (!window || !crop) return { guide, occluded, clean, mask };
    const part = (images: Tensor4D): Tensor4D =>
      tf.reshape(cut(images, corners as Tensor2D, window), [-1, crop, crop, images.shape[3]]);
    return { guide: part(guide), occluded: part(occluded), clean: part(clean), mask: part(mask) };
  }

  /** Gradients for the generator; the discriminator judges in training mode, so its buffers move as well. */
  function generatorPass(generator: NamedTensors, discriminator: NamedTensors, { batch, noise }: StepInputs) {
    const { landmarks } = batch;
    const { guide, occluded, clean, mask } = pictures(batch, noise);
    const features = weights.identity > 0 ? recogniser.embed(clean, landmarks) : undefined;
    return gradientsOf(
      () => {
        const net = train(generator);
        const judge = train(discriminator);
        const restored = generate(net, guide, occluded, size);
        const l1 = l1Loss(restored, clean);
        const hole = weights.hole > 0 ? holeLoss(restored, clean, mask) : tf.scalar(0);
        const tv = totalVariation(restored);
        const identity = features
          ? identityLoss(recogniser.embed(restored, landmarks), features)
          : tf.scalar(0);
        const judged = adversarial ? adversarialLoss(discriminate(judge, restored, size), true) : undefined;
        const terms = { l1, hole, tv, identity, adversarial: judged ? judged.total : tf.scalar(0) };
        const loss = weightedSum(terms, weights);
        const metrics = { loss, ...terms, ...(judged && prefixed('adversarial', judged.levels)) };
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

  /** Without an adversarial loss nothing judges, and the discriminator stays as it is. */
  function passes(inputs: StepInputs) {
    const { networks, batch } = inputs;
    const discriminator = networkOf(networks, 'discriminator').tensors;
    const g = generatorPass(networkOf(networks, 'generator').tensors, discriminator, inputs);
    const judge = { ...discriminator, ...g.aside.judge };
    const restored = g.aside.images.restored as Tensor4D;
    const d = adversarial ? discriminatorPass(judge, batch.clean, restored) : undefined;
    return { g, d };
  }

  /** The corner of each picture's crop, as the similarity [B, 4] by which `cut` shifts. */
  function corners(step: number, batch: number): NamedTensors {
    if (!crop) return {};
    const stream = random('crop', seed, step);
    const at = (): number => stream.integer(0, IMAGE_SIZE - crop + 1);
    const rows = Array.from({ length: batch }, () => [1, 0, at(), at()]);
    return { corners: tf.tensor2d(rows) };
  }

  return {
    name: 'stage2',
    networks: ['generator', 'discriminator'],
    passes: { generator: 1, discriminator: adversarial ? 3 : 0 },
    optimiser,
    frozen: [structure.tensors, recogniser.frozen, window ?? []],
    start: (given = {}) => ({
      step: 0,
      networks: {
        generator: startNetwork('generator', size, optimiser.ema, seed, given.generator),
        discriminator: startNetwork('discriminator', size, 0, seed, given.discriminator),
      },
    }),
    noise: corners,
    step: (inputs) => {
      const { g, d } = passes(inputs);
      const learnt = (
        name: NetworkName,
        { gradients, aside }: { gradients: NamedTensors; aside: { buffers: NamedTensors } },
      ) => learn(networkOf(inputs.networks, name), gradients, aside.buffers, inputs.pace, optimiser);
      const generator = learnt('generator', g);
      const discriminator = d && learnt('discriminator', d);
      return {
        networks: {
          generator: generator.network,
          discriminator: discriminator ? discriminator.network : networkOf(inputs.networks, 'discriminator'),
        },
        metrics: {
          ...g.aside.metrics,
          ...d?.aside.metrics,
          'gradient/generator': generator.gradientNorm,
          ...(discriminator && { 'gradient/discriminator': discriminator.gradientNorm }),
        },
      };
    },
    gradients: (inputs) => {
      const { g, d } = passes(inputs);
      return { generator: g.gradients, ...(d && { discriminator: d.gradients }) };
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
