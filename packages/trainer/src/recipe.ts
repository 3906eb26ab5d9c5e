/** What a training recipe may hold. Unknown keys are refused; each default is the paper's value where the paper has one. */
import { DataConfig } from '@fsg/data';
import { PRECISIONS } from '@fsg/engine/precision';
import { isGuided, LEVELS, LIGHT_CNNS } from '@fsg/models/options';
import { z } from 'zod';
import { resolveStage1Mode, resolveStage2Mode, stage1Mode, stage2Mode } from './defects.ts';
import { Schedule } from './schedule.ts';
import { IMAGE_SIZE } from './stage.ts';

const count = z.number().int().min(1);
const share = z.number().min(0);

/** Sizes of the networks: C and Z of the paper. */
const Size = z.strictObject({
  dim: z.number().int().multipleOf(32).default(256),
  zDim: count.default(512),
});

const Optimiser = z.strictObject({
  rate: z.number().positive().default(1e-4),
  beta1: z.number().min(0).lt(1).default(0.5),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
  /** Decay of the moving average of the weights that predicts in place of the last ones; 0: none. */
  ema: z.number().min(0).lt(1).default(0),
  schedule: Schedule.prefault({}),
});

const Validation = z.strictObject({
  /** Steps between two measurements. */
  every: count.default(500),
  /** Validation images that are measured; always the same ones. */
  count: count.default(64),
  /** Training ends after so many measurements without a better one; 0: never. */
  patience: z.number().int().min(0).default(0),
});

const Samples = z.strictObject({ every: count.default(500), count: count.default(6) });

const Checkpoints = z.strictObject({
  every: count.default(1000),
  /** How many of the newest are kept, besides the best, the pinned and those that other runs were built on. */
  keep: count.default(2),
  /** Those whose step is a multiple of this are kept too. */
  keepEvery: count.optional(),
});

const loss = {
  l1: share.default(100),
  /** Of the occluded pixels' part of L1, on top of `l1`; the paper has no such term. */
  hole: share.default(0),
  identity: share.default(50),
  adversarial: share.default(1),
  tv: share.default(0.5),
};

/** Stage II's networks: sizes and variants. */
const Stage2Model = z.strictObject({
  ...Size.shape,
  /** `unet`: a plain U-Net of about the generator's cost in its place. */
  generator: z.enum(['fsg', 'unet']).default('fsg'),
  /** False: no structure guidance, the generator sees the occluded image alone. */
  guided: z.boolean().default(true),
  /** False: plain 3x3 convolutions in place of the hybrid dilated ones. */
  dilated: z.boolean().default(true),
  /** The discriminator's receptive fields. */
  levels: z
    .array(z.enum(LEVELS))
    .min(1)
    .default([...LEVELS]),
});

const common = {
  /** One line on what the recipe is for. */
  description: z.string().optional(),
  seed: z.number().int().min(0).default(0),
  data: DataConfig,
  batch: count,
  epochs: z.number().positive(),
  optimiser: Optimiser.prefault({}),
  /** Runs or weight files (.pth, .safetensors) whose networks are the start in place of fresh weights. */
  init: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  /** How convolutions multiply; `auto`: in bf16 where this machine is faster by it. A run keeps what it began with. */
  precision: z.enum(['auto', ...PRECISIONS]).default('float32'),
  logEvery: count.default(20),
  validation: Validation.prefault({}),
  checkpoints: Checkpoints.prefault({}),
  /** Where checkpoints are copied to while training goes on: s3://bucket/prefix, or a folder. */
  store: z.string().min(1).optional(),
  /** A server that shows the run: MLflow's, at MLFLOW_TRACKING_URI. */
  tracker: z.enum(['none', 'mlflow']).default('none'),
};

const Stage1Recipe = z.strictObject({
  stage: z.literal('stage1'),
  ...common,
  model: Size.prefault({}),
  samples: Samples.prefault({}),
  ...stage1Mode,
  loss: z.strictObject({ reconstruction: share.default(1), kl: share.default(1) }).prefault({}),
});

const Stage2Recipe = z.strictObject({
  stage: z.literal('stage2'),
  ...common,
  model: Stage2Model.prefault({}),
  samples: Samples.prefault({}),
  ...stage2Mode,
  /** The frozen structure network: a stage-I run (id, folder or recipe) or a weight file. Variants without guidance have none. */
  structure: z.string().optional(),
  /**
   * Side in pixels of random crops, one a picture, from which the generator learns in place of whole pictures: cheap steps
   * for a first training by L1 alone, whose result another recipe's `init` takes up (as in ESRGAN, Wang et al. 2018).
   */
  crop: z.number().int().min(32).max(IMAGE_SIZE).multipleOf(16).optional(),
  /** Judges identity in the loss: dlib-resnet, a run of stage recogniser, a weight file of LightCNN, or a graph model's description (.json). */
  recogniser: z.string().default('dlib-resnet'),
  loss: z.strictObject(loss).prefault({}),
});

const RecogniserRecipe = z.strictObject({
  stage: z.literal('recogniser'),
  ...common,
  model: z.strictObject({ architecture: z.enum(LIGHT_CNNS).default('lightcnn9') }).prefault({}),
  /** Softmax over the people trained on: scaled cosines, the right one less a margin (CosFace, Wang et al. 2018). */
  loss: z
    .strictObject({ margin: z.number().min(0).lt(1).default(0.2), scale: z.number().positive().default(30) })
    .prefault({}),
});

/** The recipes by stage, before what depends on several keys is checked and filled in. */
export const STAGE_RECIPES = [Stage1Recipe, Stage2Recipe, RecogniserRecipe] as const;

export const TrainRecipe = z
  .discriminatedUnion('stage', STAGE_RECIPES)
  .superRefine((recipe, context) => {
    if (recipe.stage !== 'stage2') return;
    const complain = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (isGuided(recipe.model) && recipe.structure === undefined) {
      complain(
        ['structure'],
        'is missing: name a stage-I run or a weight file, or set model.guided to false',
      );
    }
    if (!isGuided(recipe.model) && recipe.structure !== undefined) {
      complain(['structure'], 'is of no use to a generator without guidance: set it to null');
    }
    if (recipe.crop === undefined) return;
    for (const term of ['identity', 'adversarial'] as const) {
      if (recipe.loss[term] === 0) continue;
      const message = `is ${recipe.loss[term]}, but crops show no whole face: set it to 0, or leave crop out`;
      complain(['loss', term], message);
    }
  })
  .transform((recipe) => {
    if (recipe.stage === 'stage1') return resolveStage1Mode(recipe);
    return recipe.stage === 'stage2' ? resolveStage2Mode(recipe) : recipe;
  });
export type TrainRecipe = z.infer<typeof TrainRecipe>;

/** Which of the training faces a recipe reads, and whether in the same order every epoch: all and shuffled but for defect D. */
export function readingOf(recipe: TrainRecipe): { readonly share: number; readonly ordered: boolean } {
  const fifth = recipe.stage !== 'recogniser' && recipe.defects.orderedFifth;
  return { share: fifth ? 0.2 : 1, ordered: fifth && recipe.stage === 'stage1' };
}
export type Stage1Recipe = Extract<TrainRecipe, { stage: 'stage1' }>;
export type RecogniserRecipe = Extract<TrainRecipe, { stage: 'recogniser' }>;
export type Stage2Recipe = Extract<TrainRecipe, { stage: 'stage2' }>;
