/**
 * Brings an MLflow server to the state of a run's folder. It may be cut short anywhere and called again: what a server is
 * given twice it stores once, and what it is known to have is not sent.
 */
import { UserError } from '../errors.ts';
import { isEvent, type MetricsEntry } from '../journal.ts';
import { journalLines } from '../journal-lines.ts';
import { journalPath, type Run } from '../run.ts';
import type { Store } from '../store/store.ts';
import { type RunSummary, summarise } from '../summary.ts';
import { type Artifact, artifactsOf, mlflowPaths, tagsFor } from './artifacts.ts';
import {
  type MetricPoint,
  type MlflowClient,
  MlflowError,
  type RunInfo,
  type RunStatus,
  type Tags,
} from './client.ts';
import { dataSetOf, paramsOf, RUN_TAG, safeName, sha256, tagsOf } from './describe.ts';
import { artifactRoot, openExperiment } from './experiment.ts';
import { claimLedger, ledgerPath, nothingSent, readLedger, type Sent, writeLedger } from './ledger.ts';

/** MLflow takes 1,000 metrics and 100 parameters a request, and 1 MB as Python writes it: a letter may become six there. */
const BATCH = { metrics: 1000, params: 100, bytes: 300_000 };

const STATUS: Readonly<Record<RunSummary['status'], RunStatus>> = {
  new: 'RUNNING',
  open: 'RUNNING',
  dead: 'FAILED',
  finished: 'FINISHED',
  early: 'FINISHED',
  stopped: 'KILLED',
  failed: 'FAILED',
};

export interface SyncOptions {
  /** Name of the experiment, made where it is missing. */
  readonly experiment: string;
  /** Where the run's checkpoints are. */
  readonly store: Store;
  /** Whose run it is. */
  readonly user: string | undefined;
}

export interface SyncResult {
  /** The run's id here. */
  readonly run: string;
  /** MLflow's page of it. */
  readonly url: string;
  readonly status: RunStatus;
  /** Metric points and artifacts that were sent this time. */
  readonly points: number;
  readonly artifacts: number;
  /** Why an artifact cannot be sent; null where all can. */
  readonly problem: string | null;
}

/** Throws MlflowError where the server does not do its part: see its `again`. */
export async function syncRun(run: Run, client: MlflowClient, options: SyncOptions): Promise<SyncResult> {
  const { sent, info } = await openMirrored(run, client, options);
  return new Sync(run, client, options.store, sent, info).all();
}

class Sync {
  readonly #run: Run;
  readonly #client: MlflowClient;
  readonly #store: Store;
  readonly #sent: Sent;
  readonly #info: RunInfo;

  constructor(run: Run, client: MlflowClient, store: Store, sent: Sent, info: RunInfo) {
    this.#run = run;
    this.#client = client;
    this.#store = store;
    this.#sent = sent;
    this.#info = info;
  }

  async all(): Promise<SyncResult> {
    // Before the journal, so that a run which goes on meanwhile is not called ended.
    const summary = await summarise(this.#run);
    await this.#describe();
    const points = await this.#metrics();
    const { sent: artifacts, problem } = await this.#artifacts();
    const status = await this.#status(summary);
    const url = `${this.#client.address}/#/experiments/${this.#info.experiment_id}/runs/${this.#sent.run}`;
    return { run: this.#run.id, url, status, points, artifacts, problem };
  }

  async #describe(): Promise<void> {
    const { record } = this.#run;
    if (record.parent !== undefined) {
      const parent = await this.#client.findRun(this.#info.experiment_id, RUN_TAG, record.parent);
      if (parent) await this.#tag({ 'mlflow.parentRunId': parent.run_id });
    }
    if (this.#sent.described) return;
    const params = Object.entries(paramsOf(record.config));
    for (let at = 0; at < params.length; at += BATCH.params) {
      await this.#client.logParams(this.#sent.run, params.slice(at, at + BATCH.params));
    }
    const dataSet = dataSetOf(record);
    if (dataSet) await this.#client.logInput(this.#sent.run, dataSet, 'training');
    this.#sent.described = true;
    await this.#save();
  }

  /**
   * A metric's points in rising steps, the first of each step: a server forgets no point, so those that a resumed run makes
   * again cannot replace what it has. They are the same but for timings where the backend computes the same twice.
   */
  async #metrics(): Promise<number> {
    const reached = new Map(Object.entries(this.#sent.journal.reached));
    let bytes = this.#sent.journal.bytes;
    let batch: MetricPoint[] = [];
    let count = 0;
    const flush = async (): Promise<void> => {
      if (bytes === this.#sent.journal.bytes) return;
      await this.#post(batch);
      count += batch.length;
      batch = [];
      this.#sent.journal = { bytes, reached: Object.fromEntries(reached) };
      await this.#save();
    };
    for await (const { entry, end } of journalLines(journalPath(this.#run), bytes)) {
      if (entry && !isEvent(entry)) {
        const points = pointsOf(entry).filter(([name, { step }]) => step > (reached.get(name) ?? -1));
        if (batch.length + points.length > BATCH.metrics) await flush();
        for (const [name, point] of points) {
          batch.push(point);
          reached.set(name, point.step);
        }
      }
      bytes = end;
    }
    await flush();
    return count;
  }

  async #post(points: readonly MetricPoint[]): Promise<void> {
    if (points.length === 0) return;
    const fits = points.length <= BATCH.metrics && JSON.stringify(points).length <= BATCH.bytes;
    if (fits) return this.#client.logMetrics(this.#sent.run, points);
    const half = Math.ceil(points.length / 2);
    await this.#post(points.slice(0, half));
    await this.#post(points.slice(half));
  }

  async #artifacts(): Promise<{ sent: number; problem: string | null }> {
    const uri = this.#info.artifact_uri;
    const root = artifactRoot(this.#info);
    if (root === undefined) {
      const problem = `${this.#client.address} keeps artifacts at ${uri}, where only MLflow's own client can write: \
none is sent; start the server with --artifacts-destination and use a new experiment`;
      return { sent: 0, problem };
    }
    let sent = 0;
    let problem: string | null = null;
    for (const artifact of await artifactsOf(this.#run, this.#store)) {
      try {
        if (await this.#artifact(artifact, root)) sent += 1;
      } catch (error) {
        // A name that MLflow does not take, such as one with a #: the others are sent all the same.
        if (!(error instanceof MlflowError) || error.code !== 'INVALID_PARAMETER_VALUE') throw error;
        problem = error.message;
      }
    }
    return { sent, problem };
  }

  async #artifact(artifact: Artifact, root: string): Promise<boolean> {
    const { name, stamp } = artifact;
    const before = this.#sent.artifacts[name];
    if (before?.stamp === stamp) return false;
    const content = await artifact.read();
    const hash = sha256(content);
    const isNew = before?.sha256 !== hash;
    const paths = isNew ? mlflowPaths(artifact, hash) : before.paths;
    if (isNew) {
      for (const path of paths) await this.#client.putArtifact(`${root}/${path}`, content);
      await this.#tag(tagsFor(name));
      const old = before?.paths.filter((path) => !paths.includes(path)) ?? [];
      for (const path of old) await this.#client.removeArtifact(`${root}/${path}`);
    }
    this.#sent.artifacts[name] = { stamp, sha256: hash, paths };
    await this.#save();
    return isNew;
  }

  async #status({ status: found, updated }: RunSummary): Promise<RunStatus> {
    const status = STATUS[found];
    const ended = status === 'RUNNING' || updated === null ? undefined : Date.parse(updated);
    const wanted = `${status} ${ended ?? ''}`.trim();
    if (this.#sent.status !== wanted) {
      await this.#client.updateRun(this.#sent.run, status, ended);
      this.#sent.status = wanted;
      await this.#save();
    }
    return status;
  }

  async #tag(tags: Tags): Promise<void> {
    const unset = Object.entries(tags).filter(([key, value]) => this.#sent.tags[key] !== value);
    if (unset.length === 0) return;
    await this.#client.setTags(this.#sent.run, unset);
    Object.assign(this.#sent.tags, tags);
    await this.#save();
  }

  #save(): Promise<void> {
    return writeLedger(this.#run, this.#client.address, this.#sent);
  }
}

/** The run that mirrors this one: the known one, else the one with its tag, else a new one. */
async function openMirrored(
  run: Run,
  client: MlflowClient,
  { experiment: name, user }: Pick<SyncOptions, 'experiment' | 'user'>,
): Promise<{ sent: Sent; info: RunInfo }> {
  const sent = await readLedger(run, client.address);
  const known = sent?.experiment === name ? await client.run(sent.run) : undefined;
  if (sent && known) {
    if (known.lifecycle_stage === 'active') return { sent, info: known };
    throw new UserError(
      `${client.address} has the mirror of ${run.id}, run ${sent.run}, among its deleted runs; ` +
        `restore it there, or remove ${ledgerPath(run)} to mirror it anew`,
    );
  }
  const experiment = await openExperiment(client, name);
  const found = await client.findRun(experiment, RUN_TAG, run.id);
  const { record } = run;
  const info =
    found ??
    (await client.createRun(experiment, {
      name: run.id,
      started: Date.parse(record.created),
      tags: tagsOf(record, user),
    }));
  const claimed = await claimLedger(run, client.address, nothingSent(name, info.run_id), sent);
  if (claimed.run === info.run_id) return { sent: claimed, info };
  if (!found) await client.deleteRun(info.run_id);
  return openMirrored(run, client, { experiment: name, user });
}

const pointsOf = ({ step, time, metrics }: MetricsEntry): [string, MetricPoint][] =>
  Object.entries(metrics).map(([name, value]) => [
    name,
    {
      key: safeName(name),
      value: Number.isFinite(value) ? value : String(value),
      timestamp: Math.trunc(time),
      step,
    },
  ]);
