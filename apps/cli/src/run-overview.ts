/** A run in a line. */
import {
  type Best,
  bestCheckpoint,
  FileStore,
  type OnDamaged,
  type Run,
  type RunSummary,
  summarise,
  UserError,
} from '@fsg/runs';
import { rounded } from './table.ts';

export interface RunOverview extends RunSummary {
  /** Null where no validation has chosen one yet. */
  readonly best: Best | null;
}

export async function overview(run: Run, damaged: OnDamaged): Promise<RunOverview> {
  return { ...(await summarise(run)), best: await readBest(run, damaged) };
}

export const renderBest = ({ step, metric, value }: Best): string =>
  `step ${step}: ${metric} ${rounded(value)}`;

async function readBest(run: Run, damaged: OnDamaged): Promise<Best | null> {
  try {
    return (await bestCheckpoint(new FileStore(run.folder))) ?? null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    damaged(error);
    return null;
  }
}
