/** Stage II: generator against multi-receptive-field discriminator, guided by stage I's structure. Source: FSG-GAN, stage II. */
import { cut, gridOf, type NamedTensors, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { random } from '@fsg/engine/random';
import { entriesOf, generate, type NetworkName, type StructureVaeSize, TensorNet } from '@fsg/models';
import {
  discriminatorPass,
  type GeneratorInputs,
  type GeneratorWeights,
  generatorPass,
  type Identity,
} from './passes.ts';
import { IMAGE_SIZE, type Stage, type StepInputs } from './stage.ts';
import { predictStructure } from './stage1.ts';
import { learn, networkOf, type OptimiserOptions, parameterNames, smoothed, startNetwork } from './state.ts';

export interface Stage2Options {
  readonly size: StructureVaeSize;
  readonly optimiser: OptimiserOptions;
  /** The frozen stage-I network and its size. */
  readonly structure: { readonly tensors: NamedTensors; readonly size: StructureVaeSize };
  /** `frozen`: every tensor that the recogniser reads. */
  readonly recogniser: Identity & { readonly frozen: unknown };
  readonly weights: GeneratorWeights;
  /** Side of the random crops that the generator learns from, one a picture; left out: whole pictures. */
  readonly crop?: number;
  readonly seed: number;
}

export function stage2(options: Stage2Options): Stage {
  const { size, weights, structure, recogniser, optimiser, crop, seed } = options;
  const adversarial = weights.adversarial > 0;
  const window = crop === undefined ? undefined : gridOf(crop);
  const generatorNames = parameterNames(entriesOf('generator', size));

  /** Structure, occluded and clean images and masks, cut to this step's crops where the recipe asks for such. */
  function pictures({ batch, noise }: StepInputs): GeneratorInputs {
    const { occluded, clean, mask, landmarks } = batch;
    const guide = predictStructure(structure.tensors, occluded, structure.size);
    if (!window || !crop) return { structure: guide, occluded, clean, mask, landmarks };
    const part = (images: Tensor4D): Tensor4D =>
      tf.reshape(cut(images, noise.corners as Tensor2D, window), [-1, crop, crop, images.shape[3]]);
    return {
      structure: part(guide),
      occluded: part(occluded),
      clean: part(clean),
      mask: part(mask),
      landmarks,
    };
  }

  /** Without an adversarial loss nothing judges, and the discriminator stays as it is. */
  function passes(inputs: StepInputs) {
    const { networks, batch } = inputs;
    const discriminator = networkOf(networks, 'discriminator').tensors;
    const generator = networkOf(networks, 'generator').tensors;
    const g = generatorPass(generator, discriminator, pictures(inputs), recogniser, size, weights);
    const judge = { ...discriminator, ...g.aside.judge };
    const restored = g.aside.images.restored as Tensor4D;
    const d = adversarial ? discriminatorPass(judge, batch.clean, restored, size) : undefined;
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
