/** A small training of stage I in this process, whose batches can be watched and spoilt. */
import { join } from 'node:path';
import {
  type Batch,
  DataConfig,
  type Loader,
  type LoaderPosition,
  openData,
  openFaces,
  openLoader,
} from '@fsg/data';
import { Journal, type Store } from '@fsg/runs';
import { type SessionResult, stage1, stepsOf, trainSession } from '@fsg/trainer';
import { type Stage1Recipe, TrainRecipe } from '@fsg/trainer/recipe';

const RECIPE = TrainRecipe.parse({
  stage: 'stage1',
  // 51 faces: three of each epoch are left out.
  data: {
    source: { kind: 'synthetic', identities: 60, imagesPerIdentity: 1 },
    split: { validation: 0.1, test: 0.1 },
  },
  model: { dim: 32, zDim: 8 },
  batch: 4,
  epochs: 3,
  logEvery: 1,
  optimiser: { ema: 0.99 },
  validation: { every: 7, count: 1 },
  samples: { every: 99, count: 1 },
  checkpoints: { every: 1, keep: 999 },
}) as Stage1Recipe;

export interface SmallSession {
  readonly steps: number;
  run(): Promise<SessionResult>;
}

/** `look` is shown each batch before it is trained on, and may spoil it. */
export async function smallSession(
  folder: string,
  store: Store,
  look: (position: LoaderPosition, batch: Batch) => void = () => {},
): Promise<SmallSession> {
  const data = await openData(DataConfig.parse(RECIPE.data));
  const faces = await openFaces(data, { split: 'train', workers: 0, cache: join(folder, 'cache') });
  const opened = openLoader(RECIPE.data, faces, { batch: RECIPE.batch, seed: RECIPE.seed });
  const loader: Loader = {
    ...opened,
    batch: async (position) => {
      const batch = await opened.batch(position);
      look(position, batch);
      return batch;
    },
  };
  const { model: size, optimiser, seed } = RECIPE;
  const stage = stage1({ size, optimiser, weights: RECIPE.loss, seed });
  const run = async (): Promise<SessionResult> => {
    const journal = new Journal(join(folder, 'journal.jsonl'), Date.now);
    try {
      return await trainSession(stage.start(), {
        recipe: RECIPE,
        stage,
        size,
        loader,
        validation: { best: 'validation/step', measure: async ({ step }) => ({ 'validation/step': step }) },
        journal,
        store,
        lease: { token: 1, check: () => {} },
        clock: Date.now,
        stopping: () => false,
        warn: () => {},
      });
    } finally {
      journal.close();
      await loader.close();
    }
  };
  return { steps: stepsOf(RECIPE, loader), run };
}
