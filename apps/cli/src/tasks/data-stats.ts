/** Measures what data consists of, and writes the figures where they are wanted. */
import { join } from 'node:path';
import { type DataStats, dataStats, statsChart } from '@fsg/data/stats';
import { replaceFile } from '@fsg/runs';
import type { Context } from './context.ts';
import { openNoted } from './open-data.ts';
import type { SynthRecipe } from './synth.ts';

/** Samples that are composed where nothing says how many. */
const COMPOSED = 1000;

/** All of a data set's pairs, or some samples of a recipe; `count` says how many. */
export async function statsTask(
  { data, count }: Pick<SynthRecipe, 'data' | 'count'>,
  context: Context,
): Promise<DataStats> {
  const { source, config } = await openNoted(data, context);
  const { faces, composed } = source;
  const total = count ?? (composed ? faces.length : Math.min(COMPOSED, faces.length));
  const bar = context.progress('samples measured', total, 'samples');
  try {
    const { workers, signal } = context;
    return await dataStats(config, { count: total, workers, signal, progress: (done) => bar.at(done) });
  } finally {
    bar.end();
  }
}

/** stats.json, stats.svg and stats.png. */
export async function writeStats(stats: DataStats, folder: string): Promise<void> {
  const { svg, png } = statsChart(stats);
  await replaceFile(join(folder, 'stats.json'), `${JSON.stringify(stats, null, 2)}\n`);
  await replaceFile(join(folder, 'stats.svg'), svg);
  await replaceFile(join(folder, 'stats.png'), png);
}
