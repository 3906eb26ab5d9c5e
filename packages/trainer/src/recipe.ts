/** What a training recipe may hold. Unknown keys are refused; each default is the paper's value where the paper has one. */
import { DataConfig } from '@fsg/data';
import { z } from 'zod';
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
  /** How many of the newest are kept, besides the best. */
  keep: count.default(2),
});

const common = {
  /** One line on what the recipe is for. */
  description: z.string().optional(),
  seed: z.number().int().min(0).default(0),
  data: DataConfig,
  model: Size.prefault({}),
  batch: count,
  epochs: z.number().positive(),
  optimiser: Optimiser.prefault({}),
  /** Runs or weight files (.pth, .safetensors) whose networks are the start in place of fresh weights. */
  init: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  logEvery: count.default(20),
  validation: Validation.prefault({}),
  samples: Samples.prefault({}),
  checkpoints: Checkpoints.prefault({}),
};

const Stage1Recipe = z.strictObject({
  stage: z.literal('stage1'),
  ...common,
  loss: z.strictObject({ reconstruction: share.default(1), kl: share.default(1) }).prefault({}),
});

const Stage2Recipe = z.strictObject({
  stage: z.literal('stage2'),
  ...common,
  /** The frozen structure network: a stage-I run (id, folder or recipe) or a weight file. */
  structure: z.string(),
  /**
   * Side in pixels of random crops, one a picture, from which the generator learns in place of whole pictures: cheap steps
   * for a first training by L1 alone, whose result another recipe's `init` takes up (as in ESRGAN, Wang et al. 2018).
   */
  crop: z.number().int().min(32).max(IMAGE_SIZE).multipleOf(16).optional(),
  /** Judges identity in the loss; packaged with the project. */
  recogniser: z.enum(['dlib-resnet']).default('dlib-resnet'),
  loss: z
    .strictObject({
      l1: share.default(100),
      /** Of the occluded pixels' part of L1, on top of `l1`; the paper has no such term. */
      hole: share.default(0),
      identity: share.default(50),
      adversarial: share.default(1),
      tv: share.default(0.5),
    })
    .prefault({}),
});

export const TrainRecipe = z
  .discriminatedUnion('stage', [Stage1Recipe, Stage2Recipe])
  .superRefine((recipe, context) => {
    if (recipe.stage !== 'stage2' || recipe.crop === undefined) return;
    for (const term of ['identity', 'adversarial'] as const) {
      if (recipe.loss[term] === 0) continue;
      const message = `is ${recipe.loss[term]}, but crops show no whole face: set it to 0, or leave crop out`;
      context.addIssue({ code: 'custom', path: ['loss', term], message });
    }
  });
export type TrainRecipe = z.infer<typeof TrainRecipe>;
export type Stage1Recipe = z.infer<typeof Stage1Recipe>;
export type Stage2Recipe = z.infer<typeof Stage2Recipe>;
