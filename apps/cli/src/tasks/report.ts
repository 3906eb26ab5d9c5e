/** Draws the curves of some runs and writes their report. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildReport } from '@fsg/dashboard';
import { curves, parseTable, renderHtml } from '@fsg/eval';
import { artifactsPath, journalPath, metricHistory, openRun, type Run, readJournal } from '@fsg/runs';
import { checkpointOf, runOf } from './checkpoint-ref.ts';
import type { Context } from './context.ts';

const LABELS = { stage1: 'stage I', stage2: 'stage II' } as const;

/** The run that is meant and, before it, the stage-I run it builds on; gives the report's path. */
export async function reportTask(
  reference: string,
  context: Context,
): Promise<{ report: string; curves: string }> {
  const run = await runOf(reference, context.runs);
  const runs = await withStructure(run, context);
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
  await writeFile(join(folder, 'curves.png'), drawn.png);
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

async function withStructure(run: Run, context: Context): Promise<Run[]> {
  const { structure } = run.record.config;
  if (typeof structure !== 'string') return [run];
  return [await openRun((await checkpointOf(structure, context.runs)).run.folder), run];
}

const labelOf = ({ record }: Run): string =>
  LABELS[record.config.stage as keyof typeof LABELS] ?? record.recipe;

const isSynthetic = ({ record }: Run): boolean =>
  (record.config.data as { source?: { kind?: string } } | undefined)?.source?.kind === 'synthetic';
