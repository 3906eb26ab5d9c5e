/** Runs to mirror. */
import { join } from 'node:path';
import {
  createRun,
  FileStore,
  Journal,
  journalPath,
  MlflowClient,
  mlflowAccess,
  type NewRun,
  type Run,
  type SyncOptions,
  type SyncResult,
  syncRun,
} from '../../src/index.ts';
import { scratch } from '../support.ts';

export const NOW = Date.UTC(2026, 10, 24, 10, 15, 30);

export function newRun(fields: Partial<NewRun> = {}): Promise<Run> {
  return createRun(
    join(scratch(), 'runs'),
    {
      recipe: 'demo',
      command: ['fsg', 'train', 'demo'],
      commit: 'c0ffee',
      uncommitted: false,
      versions: {},
      machine: {},
      config: { seed: 1 },
      inputs: {},
      ...fields,
    },
    () => NOW,
    Math.random,
  );
}

/** Appends to the run's journal, each line a millisecond after the one before. */
export function write(run: Run, lines: (journal: Journal) => void, from = NOW): void {
  let now = from;
  const journal = new Journal(journalPath(run), () => ++now);
  lines(journal);
  journal.close();
}

export const optionsFor = (run: Run, experiment = 'fsg'): SyncOptions => ({
  experiment,
  store: new FileStore(run.folder),
  user: 'ada',
});

export const clientOf = (address: string, requestMs?: number): MlflowClient =>
  new MlflowClient(
    mlflowAccess({ MLFLOW_TRACKING_URI: address }) as NonNullable<ReturnType<typeof mlflowAccess>>,
    requestMs,
  );

export const sync = (run: Run, address: string, experiment = 'fsg'): Promise<SyncResult> =>
  syncRun(run, clientOf(address), optionsFor(run, experiment));
