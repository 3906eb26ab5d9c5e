/** Draws the curves of some runs and writes their report. */
import { join } from 'node:path';
import { buildReport } from '@fsg/dashboard';
import { curves, parseTable, renderHtml } from '@fsg/eval';
import { artifactsPath, journalPath, metricHistory, type Run, readJournal, writeArtifact } from '@fsg/runs';
import { checkpointOf, runOf } from './checkpoint-ref.ts';
import type { Context } from './context.ts';
import { isWeightFile } from './network-source.ts';
import { stageLabel } from './stage-label.ts';

/** The run that is meant and, before it, the runs it builds on; gives the report's path. */
export async function reportTask(
  reference: string,
  context: Context,
): Promise<{ report: string; curves: string }> {
  const run = await runOf(reference, context.runs);
  const runs = await withOrigins(run, context);
  const folder = artifactsPath(run);
  const synthetic = isSynthetic(run);
  const drawn = curves({
    title: run.record.recipe,
    synthetic,
    runs: runs.map((one) => ({
      label: labelOf(one),
      history: metricHistory(readJournal(journalPath(one)).entries),
    })),
  });
  await writeArtifact(run, 'curves.png', drawn.png);
  const { path } = await buildReport({
    title: run.record.recipe,
    intro: 'Face de-occlusion by FSG-GAN: stage I predicts the facial structure, stage II restores the face.',
    synthetic,
    runs: runs.map((one) => ({ folder: one.folder, label: labelOf(one) })),
    renderTable: (json) => renderHtml(parseTable(json, 'table.json')),
    now: context.clock(),
    out: join(folder, 'report.html'),
  });
  return { report: path, curves: join(folder, 'curves.png') };
}

/** The runs of its structure network and of its first weights, then the run itself. */
async function withOrigins(run: Run, context: Context): Promise<Run[]> {
  const { structure, init } = run.record.config;
  const origins = [structure, init]
    .flat()
    .filter((reference) => typeof reference === 'string' && !isWeightFile(reference)) as string[];
  const found = origins.map(async (reference) => (await checkpointOf(reference, context.runs)).run);
  return [...(await Promise.all(found)), run];
}

const labelOf = ({ record }: Run): string => stageLabel(record.config);

const isSynthetic = ({ record }: Run): boolean =>
  (record.config.data as { source?: { kind?: string } } | undefined)?.source?.kind === 'synthetic';
