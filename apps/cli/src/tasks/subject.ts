/** What `fsg eval` measures: a generator and its structure network, of runs or of weight files. */
import { basename } from 'node:path';
import type { DataConfig, Shape } from '@fsg/data';
import { statelessNormal, type Tensor4D, tf } from '@fsg/engine';
import type { Restorer } from '@fsg/eval';
import { generate, isGuided, openNet, UserError } from '@fsg/models';
import { artifactsPath } from '@fsg/runs';
import { predictStructure, type StructureDraw } from '@fsg/trainer';
import type { Context } from './context.ts';
import { type NetworkSource, networkOf, openNetworks, type SourcedNetwork } from './network-source.ts';

export interface SubjectOptions {
  /** A stage-II run, or the weight file of a generator. */
  readonly generator: string;
  /** The structure network, a run or a weight file; left out: the one that the generator's run was trained with. */
  readonly structure?: string;
  /** Left out: the data of the generator's run. */
  readonly data?: DataConfig;
  /** Folder for the results; left out: the artifacts of the generator's run. */
  readonly out?: string;
}

/** Both stages with what they are measured on. */
export interface Subject {
  readonly name: string;
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
  readonly data: DataConfig;
  readonly folder: string;
}

/** Opens and checks what is to be measured, before any face is loaded. Throws a UserError where something does not fit. */
export async function openSubject(options: SubjectOptions, context: Context): Promise<Subject> {
  const generator = await openNetworks(options.generator, context.runs);
  const { run, recipe, where } = generator;
  if (recipe && recipe.stage !== 'stage2') {
    throw new UserError(
      `${run?.id} is of ${recipe.stage}; fsg eval measures runs of stage2, which hold both stages`,
    );
  }
  const structure = options.structure ?? recipe?.structure;
  const data = options.data ?? recipe?.data;
  const folder = options.out ?? (run ? artifactsPath(run) : undefined);
  if (structure === undefined && (!recipe || isGuided(recipe.model))) {
    throw new UserError(`${where} is a generator alone; name the structure network after it`, 2);
  }
  if (data === undefined || folder === undefined) {
    throw new UserError(`${where} belongs to no run; say where the results go: -o FOLDER`, 2);
  }
  const first = structure === undefined ? undefined : await openNetworks(structure, context.runs);
  return {
    name: run?.record.recipe ?? basename(where),
    generator,
    ...(first && { structure: first }),
    networks: {
      generator: networkOf(generator, 'generator', 'a stage-II run or the weight file of a generator'),
      ...(first && { vae: networkOf(first, 'vae', "a stage-I run or a file of a vae's weights") }),
    },
    draw: recipe?.structureDraw ?? 'mean',
    testSelected: recipe?.defects.testSelection ?? false,
    data,
    folder,
  };
}

/** What the generator's rows are called. */
export const labelOf = ({ recipe }: NetworkSource): string =>
  recipe?.stage === 'stage2' && recipe.model.generator === 'unet' ? 'U-Net' : 'FSG-GAN';

/** Both stages in evaluation mode. Where the structure is a sample, batch after batch has noise of its own. */
export function openRestorer({ networks: { generator, vae }, draw }: Subject): Restorer {
  const { options } = generator;
  const net = openNet('generator', options, generator.read());
  const tensors = vae?.read();
  let batches = 0;
  const noise = ([n]: Shape, zDim: number): Tensor4D | undefined =>
    draw === 'sample'
      ? (statelessNormal([n, 1, 1, zDim], 0, 'evaluation', batches++) as Tensor4D)
      : undefined;
  return async (data, shape) => {
    const made = tf.tidy(() => {
      const occluded = tf.tensor4d(data, [...shape]);
      const guide =
        tensors && vae && predictStructure(tensors, occluded, vae.options, noise(shape, vae.options.zDim));
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
