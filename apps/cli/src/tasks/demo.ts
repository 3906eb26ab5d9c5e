/**
 * The demo: synthetic faces, stage I, the generator alone on crops, stage II, evaluation and report, each part taken up
 * where an earlier demo left it.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTable, type Table } from '@fsg/eval';
import { artifactsPath, type Run } from '@fsg/runs';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import type { Context } from './context.ts';
import { evaluateTask } from './evaluate.ts';
import { InstrumentsConfig } from './instruments.ts';
import { recipeName } from './recipe-name.ts';
import { reportTask } from './report.ts';
import { hasFinished, newestLike } from './same-training.ts';
import { trackAgain } from './tracker.ts';
import { trainTask } from './train.ts';

export interface DemoOptions {
  /** The folder of the three recipes. */
  readonly recipes: string;
  /** Test images. */
  readonly count: number;
  /** Starts anew where an earlier demo has finished. */
  readonly fresh: boolean;
  /** Of every part, such as store=s3://… */
  readonly overrides: readonly string[];
  readonly load: (file: string, overrides: readonly string[]) => Promise<TrainRecipe>;
}

export interface DemoResult {
  readonly run: Run;
  /** False where somebody stopped it. */
  readonly finished: boolean;
}

/** A finished demo: what it measured and where the pictures lie. */
export interface DemoShow {
  readonly table: Table;
  readonly gallery: string;
  readonly curves: string;
  readonly report: string;
}

export async function demoTask(
  options: DemoOptions,
  context: Context,
): Promise<DemoResult & { show?: DemoShow }> {
  const train = (name: string, overrides: readonly string[]): Promise<DemoResult> =>
    trainPart(join(options.recipes, name), [...overrides, ...options.overrides], options, context);
  const stage1 = await train('stage1.yaml', []);
  if (!stage1.finished) return stage1;
  const structure = `structure=${stage1.run.id}`;
  const generator = await train('generator.yaml', [structure]);
  if (!generator.finished) return generator;
  const stage2 = await train('stage2.yaml', [structure, `init=${generator.run.id}`]);
  if (!stage2.finished) return stage2;
  const folder = artifactsPath(stage2.run);
  const file = join(folder, 'table.json');
  if (!existsSync(file)) {
    await evaluateTask(
      {
        subjects: [{ generator: stage2.run.id }],
        count: options.count,
        instruments: InstrumentsConfig.parse({}),
      },
      context,
    );
  }
  const table = parseTable(JSON.parse(await readFile(file, 'utf8')), file);
  const drawn = await reportTask(stage2.run.id, context);
  await trackAgain(stage2.run, context);
  return { ...stage2, show: { table, gallery: join(folder, 'gallery.png'), ...drawn } };
}

/** Trains the recipe, goes on with its unfinished run, or takes the one that has finished. */
async function trainPart(
  file: string,
  overrides: readonly string[],
  { load, fresh }: DemoOptions,
  context: Context,
): Promise<DemoResult> {
  const recipe = await load(file, overrides);
  const name = recipeName(file);
  const earlier = fresh ? undefined : await newestLike(recipe, name, context.runs);
  if (earlier && hasFinished(earlier)) {
    context.info(`${earlier.id}: finished earlier, taken as it is (npm run demo -- --fresh starts anew)`);
    return { run: earlier, finished: true };
  }
  const { run, result } = await trainTask(recipe, name, context, earlier);
  return { run, finished: result.ending !== 'stopped' };
}
