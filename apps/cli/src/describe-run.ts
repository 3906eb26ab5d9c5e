/** All that `fsg runs show` tells of a run. */
import {
  FileStore,
  journalPath,
  listCheckpoints,
  metricHistory,
  type OnDamaged,
  type Point,
  pinnedSteps,
  type Run,
  type RunRecord,
  readJournal,
} from '@fsg/runs';
import { type MetricValue, metricValue } from './metric-value.ts';
import { renderRecipe } from './recipe/load.ts';
import { overview, type RunOverview } from './run-overview.ts';
import { columns, rounded } from './table.ts';

export interface RunDescription extends RunOverview {
  readonly folder: string;
  readonly record: RunRecord;
  /** The last value of each. */
  readonly metrics: Record<string, MetricValue>;
  readonly checkpoints: readonly { step: number; bytes: number; saved: string; pinned: boolean }[];
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
    ...(await overview(run, damaged)),
    folder: run.folder,
    record: run.record,
    metrics: lastValues(run),
    checkpoints,
  };
}

function lastValues(run: Run): RunDescription['metrics'] {
  const history = metricHistory(readJournal(journalPath(run)).entries);
  return Object.fromEntries(
    [...history].map(([name, points]) => [name, metricValue(points.at(-1) as Point)]),
  );
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
    value === null ? String(reason) : rounded(value),
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
