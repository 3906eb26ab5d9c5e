/** Trains a recipe: opens data, networks and the run's folder, and hands them to the trainer. */

import { evaluationSamples, openData, openLoader, type Rgb } from '@fsg/data';
import { type EngineInfo, startEngine } from '@fsg/engine';
import { imageGrid, psnr, ssim } from '@fsg/eval';
import {
  checkInputs,
  createRun,
  FileStore,
  type Input,
  Journal,
  journalPath,
  type Run,
  writeArtifact,
} from '@fsg/runs';
import {
  type Metric,
  type RestoredPair,
  type SessionResult,
  stepsOf,
  type TrainRecipe,
  trainSession,
} from '@fsg/trainer';
import type { Context } from './context.ts';
import { facesOf } from './faces.ts';
import { openStage } from './open-stage.ts';
import { provenance } from './provenance.ts';
import { stageLabel } from './stage-label.ts';

const METRICS: readonly Metric[] = [
  { name: 'psnr_hole', measure: ({ data }, clean, mask) => psnr(data, clean.data, mask) },
  { name: 'psnr', measure: ({ data }, clean) => psnr(data, clean.data) },
  { name: 'ssim', measure: ({ data, width, height }, clean) => ssim(data, clean.data, width, height) },
];

/** Trains `recipe` as a new run, or goes on with `run`, whose inputs must be what they were. */
export async function trainTask(
  recipe: TrainRecipe,
  name: string,
  context: Context,
  run?: Run,
): Promise<{ run: Run; result: SessionResult }> {
  const engine = await startEngine();
  if (engine.note) context.warn(engine.note);
  const data = await openData(recipe.data);
  const opened = await openStage(recipe, context);
  const made = run
    ? resumable(run, opened.inputs)
    : await newRun(recipe, name, opened.inputs, engine, context);
  context.info(`${made.id}: ${made.folder}`);

  const train = await facesOf(data, 'train', context);
  const chosenOn = recipe.stage === 'stage2' && recipe.defects.testSelection ? 'test' : 'validation';
  const validation = await facesOf(data, chosenOn, context, recipe.validation.count);
  const loader = openLoader(recipe.data, train, {
    batch: recipe.batch,
    seed: recipe.seed,
    ...(recipe.defects.orderedFifth && { share: 0.2, ordered: recipe.stage === 'stage1' }),
  });
  const journal = new Journal(journalPath(made), context.clock);
  const bar = context.progress(stageLabel(recipe), stepsOf(recipe, loader), 'steps');
  try {
    const result = await trainSession(opened.start(), {
      recipe,
      stage: opened.stage,
      size: recipe.model,
      loader,
      validation: evaluationSamples(data, validation, recipe.validation.count),
      metrics: METRICS,
      journal,
      store: new FileStore(made.folder),
      draw: (step, pictures) => drawSamples(made, step, pictures, data.source.synthetic),
      clock: context.clock,
      stopping: () => context.signal.aborted,
      onStep: (step) => bar.at(step),
      warn: context.warn,
    });
    return { run: made, result };
  } finally {
    bar.end();
    journal.close();
    await loader.close();
    opened.dispose();
  }
}

function resumable(run: Run, inputs: Readonly<Record<string, Input>>): Run {
  checkInputs(run, inputs);
  return run;
}

async function newRun(
  recipe: TrainRecipe,
  name: string,
  inputs: Record<string, Input>,
  engine: EngineInfo,
  { runs, clock, random, command }: Context,
): Promise<Run> {
  const fields = { recipe: name, command: [...command], config: recipe as Record<string, unknown>, inputs };
  return createRun(runs, { ...fields, ...(await provenance(engine)) }, clock, random);
}

/** artifacts/samples/step-00000100.png: the same validation faces at every step. */
async function drawSamples(
  run: Run,
  step: number,
  pictures: readonly RestoredPair[],
  synthetic: boolean,
): Promise<void> {
  const made = (['structure', 'restored'] as const).filter((name) => pictures.some((one) => one[name]));
  const png = await imageGrid({
    title: `${run.record.recipe}, step ${step}`,
    synthetic,
    columns: ['occluded', ...made, 'clean'],
    rows: pictures.map((picture) => ({
      caption: [picture.occluder],
      images: [picture.occluded, ...made.map((name) => picture[name] as Rgb), picture.clean],
    })),
  });
  await writeArtifact(run, `samples/step-${String(step).padStart(8, '0')}.png`, png);
}
