/** runs/<id>/mlflow.json: what each server has of the run. Without it all is sent again, which changes nothing there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../atomic.ts';
import { errorCode, fileProblem } from '../errors.ts';
import type { Run } from '../run.ts';

const Sent = z.object({
  /** The experiment's name. */
  experiment: z.string(),
  /** MLflow's id of the run. */
  run: z.string(),
  /** True once parameters and data set are there. */
  described: z.boolean().default(false),
  tags: z.record(z.string(), z.string()).default({}),
  journal: z
    .object({
      /** Read so far. */
      bytes: z.number(),
      /** Each metric's highest step. */
      reached: z.record(z.string(), z.number()),
    })
    .default({ bytes: 0, reached: {} }),
  /** Status and end as last sent. */
  status: z.string().default(''),
  /** By the name in the run's folder. */
  artifacts: z
    .record(z.string(), z.object({ sha256: z.string(), stamp: z.string(), paths: z.array(z.string()) }))
    .default({}),
});
export type Sent = z.infer<typeof Sent>;

const Content = z.object({ format: z.literal(1), servers: z.record(z.string(), Sent) });

export const ledgerPath = (run: Pick<Run, 'folder'>): string => join(run.folder, 'mlflow.json');

/** What `server` has; undefined where nothing is known. */
export async function readLedger(run: Pick<Run, 'folder'>, server: string): Promise<Sent | undefined> {
  return (await readAll(ledgerPath(run)))[server];
}

export async function writeLedger(run: Pick<Run, 'folder'>, server: string, sent: Sent): Promise<void> {
  const path = ledgerPath(run);
  const servers = { ...(await readAll(path)), [server]: sent };
  await replaceFile(path, `${JSON.stringify({ format: 1, servers }, null, 2)}\n`);
}

async function readAll(path: string): Promise<Record<string, Sent>> {
  try {
    return Content.parse(JSON.parse(await readFile(path, 'utf8'))).servers;
  } catch (error) {
    const known = errorCode(error);
    if (known === undefined || known === 'ENOENT') return {};
    throw fileProblem(error, `cannot read ${path}`);
  }
}

/** For a run that the server has just made or found. */
export const nothingSent = (experiment: string, run: string): Sent => Sent.parse({ experiment, run });
