/** Stage II: generator against multi-receptive-field discriminator, guided by stage I's structure. Source: FSG-GAN, stage II. */
import {
  cut,
  flatten,
  gridOf,
  type NamedTensors,
  type Scalar,
  statelessNormal,
  type Tensor2D,
  type Tensor4D,
  tf,
} from '@fsg/engine';
import { random } from '@fsg/engine/random';
import { entriesOf, generate, LEVELS, type ModelOptions, type NetworkName, openNet } from '@fsg/models';
import type { Defect, StructureDraw } from './defects.ts';
import {
  discriminatorPass,
  type GeneratorInputs,
  type GeneratorWeights,
  generatorPass,
  type Identity,
} from './passes.ts';
import { IMAGE_SIZE, type RestoringStage, type StepInputs } from './stage.ts';
import { predictStructure } from './stage1.ts';
import {
  learn,
  networkOf,
  normOf,
  type OptimiserOptions,
  parameterNames,
  smoothed,
  startNetwork,
} from './state.ts';

export interface Stage2Options {
  readonly size: ModelOptions;
  readonly optimiser: OptimiserOptions;
  /** The frozen stage-I network; left out where the generator is not guided. */
  readonly structure?: {
    readonly tensors: NamedTensors;
    readonly size: ModelOptions;
    readonly draw: StructureDraw;
  };
  /** `frozen`: every tensor that the recogniser reads. */
  readonly recogniser: Identity & { readonly frozen: unknown };
  readonly weights: GeneratorWeights;
  /** Side of the random crops that the generator learns from, one a picture; left out: whole pictures. */
  readonly crop?: number;
  readonly defects?: Readonly<Partial<Record<Defect, boolean>>>;
  readonly seed: number;
}

export function stage2(options: Stage2Options): RestoringStage {
  const { size, weights, structure, recogniser, optimiser, crop, defects, seed } = options;
  const adversarial = weights.adversarial > 0;
  const window = crop === undefined ? undefined : gridOf(crop);
  const generatorNames = parameterNames(entriesOf('generator', size));

  /** Structure, occluded and clean images and masks, cut to this step's crops where the recipe asks for such. */
  function pictures({ batch, noise }: StepInputs): GeneratorInputs {
    const { occluded, clean, mask, landmarks } = batch;
    const guide = structureOf(occluded, noise.latent as Tensor4D | undefined);
    const part = (images: Tensor4D): Tensor4D =>
      window && crop
        ? tf.reshape(cut(images, noise.corners as Tensor2D, window), [-1, crop, crop, images.shape[3]])
        : images;
    return {
      ...(guide && { structure: part(guide) }),
      occluded: part(occluded),
      clean: part(clean),
      mask: part(mask),
      landmarks,
    };
  }

  const structureOf = (occluded: Tensor4D, noise?: Tensor4D): Tensor4D | undefined =>
    structure && predictStructure(structure.tensors, occluded, structure.size, noise);

  /** Noise for the latent vectors, where the structure is a sample. */
  const latent = (batch: number, step: number): Tensor4D | undefined =>
    structure?.draw === 'sample'
      ? (statelessNormal([batch, 1, 1, structure.size.zDim], seed, 'structure', step) as Tensor4D)
      : undefined;

  /** Without an adversarial loss nothing judges, and the discriminator stays as it is. */
  function passes(inputs: StepInputs) {
    const { networks, batch } = inputs;
    const discriminator = networkOf(networks, 'discriminator').tensors;
    const generator = networkOf(networks, 'generator').tensors;
    const g = generatorPass(generator, discriminator, pictures(inputs), recogniser, size, weights, defects);
    const judge = { ...discriminator, ...g.aside.judge };
    const restored = g.aside.images.restored as Tensor4D;
    const d = adversarial ? discriminatorPass(judge, batch.clean, restored, size, defects) : undefined;
    return { g, d };
  }

  /** The corner of each picture's crop, as the similarity [B, 4] by which `cut` shifts. */
  function corners(step: number, batch: number, side: number): Tensor2D {
    const stream = random('crop', seed, step);
    const at = (): number => stream.integer(0, IMAGE_SIZE - side + 1);
    return tf.tensor2d(Array.from({ length: batch }, () => [1, 0, at(), at()]));
  }

  return {
    name: 'stage2',
    networks: ['generator', 'discriminator'],
    passes: { generator: 1, discriminator: adversarial ? 3 : 0 },
    optimiser,
    frozen: [structure?.tensors ?? [], recogniser.frozen, window ?? []],
    start: (given = {}) => ({
      step: 0,
      networks: {
        generator: startNetwork('generator', size, optimiser.ema, seed, given.generator),
        discriminator: startNetwork('discriminator', size, 0, seed, given.discriminator),
      },
    }),
    noise: (step, batch) => {
      const noise = latent(batch, step);
      return { ...(crop && { corners: corners(step, batch, crop) }), ...(noise && { latent: noise }) };
    },
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
          'gradient/generator': generator.health.norm,
          'zero-gradient/generator': generator.health.zero,
          ...(discriminator && {
            'gradient/discriminator': discriminator.health.norm,
            'zero-gradient/discriminator': discriminator.health.zero,
          }),
          ...(d && normsByLevel(d.gradients)),
        },
      };
    },
    gradients: (inputs) => {
      const { g, d } = passes(inputs);
      return { generator: g.gradients, ...(d && { discriminator: d.gradients }) };
    },
    restore: (networks, occluded) => {
      const guide = structureOf(occluded, latent(occluded.shape[0], 0));
      const weights = smoothed(networkOf(networks, 'generator'), generatorNames);
      const net = openNet('generator', size, weights);
      return { ...(guide && { structure: guide }), restored: generate(net, guide, occluded, size) };
    },
  };
}

/** The gradient's norm by level of the discriminator: its block of the trunk and its head. */
function normsByLevel(gradients: NamedTensors): Record<string, Scalar> {
  const norms = LEVELS.map((level, index): [string, Scalar] | undefined => {
    const own = Object.keys(gradients).filter((name) => name.split('.')[1] === `${index}`);
    return own.length > 0 ? [`gradient/discriminator/${level}`, normOf(flatten(gradients, own))] : undefined;
  });
  return Object.fromEntries(norms.filter((entry) => entry !== undefined));
}
