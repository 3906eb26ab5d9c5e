/** runs/<id>/mlflow.json: what each server has of the run. Without it all is sent again, which changes nothing there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../atomic.ts';
import { errorCode, fileProblem } from '../errors.ts';
import type { Run } from '../run.ts';
import { FileStore } from '../store/file-store.ts';
import { ConflictError, encodeJson } from '../store/store.ts';

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
type Content = z.infer<typeof Content>;

const LEDGER = 'mlflow.json';
export const ledgerPath = (run: Pick<Run, 'folder'>): string => join(run.folder, LEDGER);

/** What `server` has; undefined where nothing is known. */
export async function readLedger(run: Pick<Run, 'folder'>, server: string): Promise<Sent | undefined> {
  return (await readAll(ledgerPath(run)))[server];
}

export async function writeLedger(run: Pick<Run, 'folder'>, server: string, sent: Sent): Promise<void> {
  const path = ledgerPath(run);
  await replaceFile(path, encode({ ...(await readAll(path)), [server]: sent }));
}

/**
 * Notes `sent` as what `server` has, in place of `before`. Gives what another process noted first, where one did: a run
 * that two start to mirror at the same time has one mirror.
 */
export async function claimLedger(
  run: Pick<Run, 'folder'>,
  server: string,
  sent: Sent,
  before: Sent | undefined,
): Promise<Sent> {
  const store = new FileStore(run.folder);
  for (;;) {
    const stored = await store.get(LEDGER);
    const servers = stored ? parse(stored.value) : {};
    const noted = servers[server];
    if (noted && noted.run !== before?.run) return noted;
    try {
      const content = encode({ ...servers, [server]: sent });
      await store.put(LEDGER, content, stored ? { match: stored.etag } : { absent: true });
      return sent;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

async function readAll(path: string): Promise<Record<string, Sent>> {
  try {
    return parse(await readFile(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw fileProblem(error, `cannot read ${path}`);
  }
}

const encode = (servers: Content['servers']): Uint8Array => encodeJson({ format: 1, servers });

/** One that is damaged holds nothing. */
function parse(content: Uint8Array): Content['servers'] {
  try {
    return Content.parse(JSON.parse(new TextDecoder().decode(content))).servers;
  } catch {
    return {};
  }
}

/** For a run that the server has just made or found. */
export const nothingSent = (experiment: string, run: string): Sent => Sent.parse({ experiment, run });
