/** What `fsg eval` measures: a generator and its structure network, of runs or of weight files. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { DataConfig, Shape } from '@fsg/data';
import { statelessNormal, type Tensor4D, tf } from '@fsg/engine';
import type { Restorer } from '@fsg/eval';
import { generate, isGuided, openNet, UserError } from '@fsg/models';
import { artifactsPath } from '@fsg/runs';
import { predictStructure, type StructureDraw } from '@fsg/trainer';
import type { Context } from './context.ts';
import { type NetworkSource, networkOf, openNetworks, type SourcedNetwork } from './network-source.ts';
import { type Training, trainingsBehind } from './trainings-behind.ts';

export interface SubjectName {
  /** A stage-II run, or the weight file of a generator. */
  readonly generator: string;
  /** The structure network, a run or a weight file; left out: the one that the generator's run was trained with. */
  readonly structure?: string;
}

/** Both stages with what they are measured on. */
export interface Subject {
  /** The run's id, or the file's name. */
  readonly name: string;
  /** The run's recipe, or the file's name. */
  readonly title: string;
  readonly generator: NetworkSource;
  /** Left out where the generator is not guided. */
  readonly structure?: NetworkSource;
  readonly networks: {
    readonly generator: SourcedNetwork<'generator'>;
    readonly vae?: SourcedNetwork<'vae'>;
  };
  readonly draw: StructureDraw;
  /** The generator's checkpoint was chosen on test images. */
  readonly testSelected: boolean;
  /** All that its networks have learnt from. */
  readonly trainings: readonly Training[];
  /** What the generator's run was trained on. */
  readonly data?: DataConfig;
  /** Of the generator's run: where its results go. */
  readonly folder?: string;
}

/** Opens and checks what is to be measured, before any face is loaded. Throws a UserError where something does not fit. */
export async function openSubject(options: SubjectName, context: Context): Promise<Subject> {
  const generator = await openNetworks(options.generator, context.runs);
  const { run, recipe, where } = generator;
  if (recipe && recipe.stage !== 'stage2') {
    throw new UserError(
      `${run?.id} is of ${recipe.stage}; fsg eval measures runs of stage2, which hold both stages`,
    );
  }
  const structure = options.structure ?? recipe?.structure;
  if (structure === undefined && (!recipe || isGuided(recipe.model))) {
    throw new UserError(`${where} is a generator alone; name the structure network after it`, 2);
  }
  const first = structure === undefined ? undefined : await openNetworks(structure, context.runs);
  return {
    name: run?.id ?? basename(where),
    title: run?.record.recipe ?? basename(where),
    generator,
    ...(first && { structure: first }),
    networks: {
      generator: networkOf(generator, 'generator', 'a stage-II run or the weight file of a generator'),
      ...(first && { vae: networkOf(first, 'vae', "a stage-I run or a file of a vae's weights") }),
    },
    draw: recipe?.structureDraw ?? 'mean',
    testSelected: recipe?.defects.testSelection ?? false,
    trainings: await trainingsBehind([generator, ...(first ? [first] : [])], context.runs),
    ...(recipe && { data: recipe.data }),
    ...(run && { folder: artifactsPath(run) }),
  };
}

/** What the generator's rows are called. */
export const labelOf = ({ recipe }: NetworkSource): string =>
  recipe?.stage === 'stage2' && recipe.model.generator === 'unet' ? 'U-Net' : 'FSG-GAN';

/** Both stages in evaluation mode. Where the structure is a sample, its noise hangs on the picture alone. */
export function openRestorer({ networks: { generator, vae }, draw }: Subject): Restorer {
  const { options } = generator;
  const net = openNet('generator', options, generator.read());
  const tensors = vae?.read();
  const noise = (data: Float32Array, [n]: Shape, zDim: number): Tensor4D | undefined => {
    if (draw !== 'sample') return undefined;
    const length = data.length / n;
    const drawn = Array.from({ length: n }, (_, i) => {
      const picture = createHash('sha256').update(data.subarray(i * length, (i + 1) * length));
      return statelessNormal([1, 1, 1, zDim], 0, 'evaluation', picture.digest('hex'));
    });
    return tf.concat(drawn, 0) as Tensor4D;
  };
  return async (data, shape) => {
    const made = tf.tidy(() => {
      const occluded = tf.tensor4d(data, [...shape]);
      const guide =
        tensors &&
        vae &&
        predictStructure(tensors, occluded, vae.options, noise(data, shape, vae.options.zDim));
      const restored = generate(net, guide, occluded, options);
      return { ...(guide && { structure: guide }), restored };
    }) as { structure?: Tensor4D; restored: Tensor4D };
    const values = {
      restored: made.restored.dataSync() as Float32Array,
      ...(made.structure && { structure: made.structure.dataSync() as Float32Array }),
    };
    tf.dispose(made as tf.TensorContainerObject);
    return values;
  };
}

/** The run's id, or the file's name. */
export const nameOf = ({ run, where }: NetworkSource): string => run?.id ?? basename(where);
