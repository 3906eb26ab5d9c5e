/** All that `fsg runs show` tells of a run. */
import {
  type Best,
  bestCheckpoint,
  FileStore,
  journalPath,
  listCheckpoints,
  metricHistory,
  type OnDamaged,
  pinnedSteps,
  type Run,
  type RunRecord,
  type RunSummary,
  readJournal,
  summarise,
} from '@fsg/runs';
import { renderRecipe } from './recipe/load.ts';
import { columns } from './table.ts';

export interface RunDescription extends RunSummary {
  readonly folder: string;
  readonly record: RunRecord;
  /** The last value of each metric; null with a reason where it is no number. */
  readonly metrics: Record<string, { step: number; value: number | null; reason?: string }>;
  readonly checkpoints: readonly { step: number; bytes: number; saved: string; pinned: boolean }[];
  readonly best: Best | null;
}

export async function describeRun(run: Run, damaged: OnDamaged): Promise<RunDescription> {
  const store = new FileStore(run.folder);
  const pinned = new Set(await pinnedSteps(store));
  const checkpoints = (await listCheckpoints(store, damaged)).map(({ step, time, files }) => ({
    step,
    bytes: Object.values(files).reduce((sum, { size }) => sum + size, 0),
    saved: new Date(time).toISOString(),
    pinned: pinned.has(step),
  }));
  return {
    ...(await summarise(run)),
    folder: run.folder,
    record: run.record,
    metrics: lastValues(run),
    checkpoints,
    best: (await bestCheckpoint(store)) ?? null,
  };
}

function lastValues(run: Run): RunDescription['metrics'] {
  const history = metricHistory(readJournal(journalPath(run)).entries);
  const last = [...history].map(([name, points]) => {
    const { step, value } = points.at(-1) as { step: number; value: number };
    return [name, Number.isFinite(value) ? { step, value } : { step, value: null, reason: String(value) }];
  });
  return Object.fromEntries(last);
}

export function renderRun(description: RunDescription): string {
  const { id, status, step, folder, record, metrics, checkpoints, best } = description;
  const head = [
    `${id}: ${status}${step === null ? '' : ` at step ${step}`}`,
    `folder   ${folder}`,
    `created  ${record.created} by ${record.command.join(' ')}`,
    `commit   ${record.commit ?? 'unknown'}${record.uncommitted ? ' and uncommitted changes' : ''}`,
    ...(best ? [`best     step ${best.step}: ${best.metric} ${best.value}`] : []),
  ];
  const metricRows = Object.entries(metrics).map(([name, { step: at, value, reason }]) => [
    name,
    at,
    value === null ? String(reason) : String(Number(value.toPrecision(5))),
  ]);
  const checkpointRows = checkpoints.map(({ step: at, bytes, saved, pinned }) => [
    at,
    `${(bytes / 1e6).toFixed(1)} MB`,
    saved,
    pinned ? 'pinned' : '',
  ]);
  const tables = [
    metricRows.length > 0 ? columns([['metric', 'step', 'last value'], ...metricRows]) : 'no metrics yet',
    checkpointRows.length > 0
      ? columns([['checkpoint', 'size', 'saved', ''], ...checkpointRows])
      : 'no checkpoints yet',
    `config:\n${renderRecipe(record.config).replace(/^/gm, '  ')}`,
  ];
  return [head.join('\n'), ...tables].join('\n\n');
}
