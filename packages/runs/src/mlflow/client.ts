/** The part of MLflow's REST API that a run's mirror needs. It tries nothing twice: each caller can go on where it was. */
import { z } from 'zod';
import { UserError } from '../errors.ts';

const REQUEST_MS = 30_000;
const UPLOAD_MS = 300_000;
/** Of what a server says, as much as fits a line. */
const SAID = 200;

/** What MLflow's own client reads from the environment, under the same names. */
export interface MlflowAccess {
  /** Without a slash at its end, and without name and password. */
  readonly address: string;
  readonly experiment: string;
  readonly authorization?: string;
  /** Never to be seen in a message. */
  readonly secrets: readonly string[];
}

/** Undefined where no server is named. Throws a UserError where what is named cannot be one. */
export function mlflowAccess(env: Readonly<Record<string, string | undefined>>): MlflowAccess | undefined {
  const named = env.MLFLOW_TRACKING_URI;
  if (!named) return undefined;
  const url = URL.canParse(named) ? new URL(named) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    const found = url ? `begins with ${url.protocol}` : 'is no address';
    throw new UserError(
      `MLFLOW_TRACKING_URI ${found}; expected http://HOST:PORT or https://HOST of an MLflow server`,
      2,
    );
  }
  const user = env.MLFLOW_TRACKING_USERNAME || decodeURIComponent(url.username);
  const password = env.MLFLOW_TRACKING_PASSWORD || decodeURIComponent(url.password);
  const token = env.MLFLOW_TRACKING_TOKEN;
  const basic = user && Buffer.from(`${user}:${password}`).toString('base64');
  const authorization = basic ? `Basic ${basic}` : token && `Bearer ${token}`;
  return {
    address: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    experiment: env.MLFLOW_EXPERIMENT_NAME || 'fsg',
    ...(authorization && { authorization }),
    secrets: [password, token ?? '', basic].filter((secret) => secret !== ''),
  };
}

/** What a server did not do, in one line. */
export class MlflowError extends UserError {
  /** True where the same request may succeed later. */
  readonly again: boolean;
  /** MLflow's own name for it, such as RESOURCE_ALREADY_EXISTS. */
  readonly code: string | undefined;
  /** How long the server wants to be left alone. */
  readonly afterMs: number;

  constructor(
    message: string,
    { again, code, afterMs = 0 }: { again: boolean; code?: string; afterMs?: number },
  ) {
    super(message);
    this.again = again;
    this.code = code;
    this.afterMs = afterMs;
  }
}

export type RunStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';
export type Tags = Readonly<Record<string, string>>;
type Pair = readonly [key: string, value: string];

export interface MetricPoint {
  readonly key: string;
  /** NaN and infinities by name. */
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
}

export interface DataSet {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
}

/** Shows an experiment among those of trainings, not of language models. */
const TRAINING: Pair = ['mlflow.experimentKind', 'custom_model_development'];

const Experiment = z.object({ experiment_id: z.string(), lifecycle_stage: z.string() });
export type Experiment = z.infer<typeof Experiment>;

const RunInfo = z.object({
  run_id: z.string(),
  experiment_id: z.string(),
  lifecycle_stage: z.string(),
  artifact_uri: z.string(),
});
export type RunInfo = z.infer<typeof RunInfo>;

const OneRun = z.object({ run: z.object({ info: RunInfo }) }).transform(({ run }) => run.info);
const Refusal = z.object({ error_code: z.string(), message: z.string().default('') });
const Nothing = z.object({});

export class MlflowClient {
  readonly address: string;
  readonly #headers: Record<string, string>;
  readonly #secrets: readonly string[];
  readonly #requestMs: number;
  readonly #open = new Set<AbortController>();
  #closed = false;

  constructor({ address, authorization, secrets }: MlflowAccess, requestMs = REQUEST_MS) {
    this.address = address;
    this.#headers = authorization ? { authorization } : {};
    this.#secrets = secrets;
    this.#requestMs = requestMs;
  }

  experiment(name: string): Promise<Experiment | undefined> {
    const query = new URLSearchParams({ experiment_name: name });
    const answer = z.object({ experiment: Experiment }).transform(({ experiment }) => experiment);
    return unlessMissing(this.#ask('GET', `experiments/get-by-name?${query}`, answer));
  }

  async createExperiment(name: string): Promise<void> {
    const body = { name, tags: pairs([TRAINING]) };
    await this.#ask('POST', 'experiments/create', z.object({ experiment_id: z.string() }), body);
  }

  run(id: string): Promise<RunInfo | undefined> {
    return unlessMissing(this.#ask('GET', `runs/get?${new URLSearchParams({ run_id: id })}`, OneRun));
  }

  /** A run that is not deleted and has this tag, the oldest where there are several. */
  async findRun(experiment: string, tag: string, value: string): Promise<RunInfo | undefined> {
    const answer = z.object({ runs: z.array(z.object({ info: RunInfo })).default([]) });
    const { runs } = await this.#ask('POST', 'runs/search', answer, {
      experiment_ids: [experiment],
      filter: `tags.\`${tag}\` = '${value}'`,
      run_view_type: 'ACTIVE_ONLY',
      order_by: ['attributes.start_time ASC', 'attributes.run_id ASC'],
      max_results: 1,
    });
    return runs[0]?.info;
  }

  createRun(experiment: string, run: { name: string; started: number; tags: Tags }): Promise<RunInfo> {
    return this.#ask('POST', 'runs/create', OneRun, {
      experiment_id: experiment,
      run_name: run.name,
      start_time: run.started,
      tags: pairs(Object.entries(run.tags)),
    });
  }

  async updateRun(run: string, status: RunStatus, ended: number | undefined): Promise<void> {
    await this.#ask('POST', 'runs/update', Nothing, { run_id: run, status, end_time: ended });
  }

  async deleteRun(run: string): Promise<void> {
    await this.#ask('POST', 'runs/delete', Nothing, { run_id: run });
  }

  async logMetrics(run: string, metrics: readonly MetricPoint[]): Promise<void> {
    await this.#ask('POST', 'runs/log-batch', Nothing, { run_id: run, metrics });
  }

  async logParams(run: string, params: readonly Pair[]): Promise<void> {
    await this.#ask('POST', 'runs/log-batch', Nothing, { run_id: run, params: pairs(params) });
  }

  async setTags(run: string, tags: readonly Pair[]): Promise<void> {
    await this.#ask('POST', 'runs/log-batch', Nothing, { run_id: run, tags: pairs(tags) });
  }

  async logInput(run: string, dataset: DataSet, context: string): Promise<void> {
    const tags = [{ key: 'mlflow.data.context', value: context }];
    await this.#ask('POST', 'runs/log-inputs', Nothing, { run_id: run, datasets: [{ tags, dataset }] });
  }

  /** `path` below the server's artifact root. */
  async putArtifact(path: string, content: Uint8Array): Promise<void> {
    await this.#request('PUT', artifactPath(path), UPLOAD_MS, content);
  }

  async removeArtifact(path: string): Promise<void> {
    await unlessMissing(this.#request('DELETE', artifactPath(path), this.#requestMs));
  }

  /** Breaks off what is under way; nothing is sent any more. */
  close(): void {
    this.#closed = true;
    for (const request of this.#open) request.abort();
  }

  async #ask<T>(method: 'GET' | 'POST', path: string, answer: z.ZodType<T>, body?: object): Promise<T> {
    const text = await this.#request(method, `mlflow/${path}`, this.#requestMs, body && JSON.stringify(body));
    const { success, data } = answer.safeParse(parsed(text));
    if (success) return data;
    const todo = 'see whether MLFLOW_TRACKING_URI names an MLflow server';
    throw this.#error(path, `answers what MLflow would not: ${text || 'nothing'}`, todo, { again: true });
  }

  async #request(
    method: string,
    path: string,
    timeoutMs: number,
    body?: string | Uint8Array,
  ): Promise<string> {
    const request = new AbortController();
    if (this.#closed) request.abort();
    this.#open.add(request);
    const late = setTimeout(() => request.abort(), timeoutMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.address}/api/2.0/${path}`, {
        method,
        headers: {
          ...this.#headers,
          ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        },
        redirect: 'manual',
        signal: request.signal,
        ...(body !== undefined && { body: body as NonNullable<RequestInit['body']> }),
      });
      text = await response.text();
    } catch (error) {
      throw this.#unanswered(path, error, request.signal.aborted, timeoutMs);
    } finally {
      clearTimeout(late);
      this.#open.delete(request);
    }
    if (response.ok) return text;
    throw this.#refused(path, response, text);
  }

  #unanswered(path: string, error: unknown, aborted: boolean, timeoutMs: number): MlflowError {
    if (aborted) {
      return this.#error(path, `has not answered within ${timeoutMs / 1000} s`, 'try again later', {
        again: true,
      });
    }
    const { message, code = message } = cause(error);
    const todo = /CERT|SIGNATURE|ISSUER/.test(code)
      ? "name its authority's certificate in NODE_EXTRA_CA_CERTS"
      : 'see whether it runs and MLFLOW_TRACKING_URI names it';
    return this.#error(path, `cannot be reached: ${code}`, todo, { again: true });
  }

  #refused(path: string, { status, headers }: Response, text: string): MlflowError {
    const { data } = Refusal.safeParse(parsed(text));
    const code = data && { code: data.error_code };
    const said = [status, data?.error_code].filter(Boolean).join(' ');
    const what = `answers ${said}: ${data?.message || text || 'nothing'}`;
    if (status >= 500 || [408, 429].includes(status)) {
      const afterMs = retryAfter(headers.get('retry-after'));
      return this.#error(path, what, 'try again later', { again: true, ...code, afterMs });
    }
    return this.#error(path, what, remedy(status, headers, code !== undefined), { again: false, ...code });
  }

  #error(
    path: string,
    what: string,
    todo: string,
    kind: { again: boolean; code?: string; afterMs?: number },
  ) {
    const [call] = path.replace(/^mlflow\//, '').split('?');
    const hidden = this.#secrets.reduce((text, secret) => text.replaceAll(secret, '***'), what);
    const line = hidden.replace(/\s+/g, ' ').trim();
    const short = line.length > SAID ? `${line.slice(0, SAID)}…` : line;
    return new MlflowError(`MLflow at ${this.address}, ${call}: ${short}; ${todo}`, kind);
  }
}

function remedy(status: number, headers: Headers, isMlflow: boolean): string {
  if (status === 401 || status === 403) {
    return 'set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to those who may';
  }
  if (status < 400) {
    const to = headers.get('location') ?? '';
    const where = URL.canParse(to) ? new URL(to).origin : 'where it really is';
    return `set MLFLOW_TRACKING_URI to ${where}`;
  }
  return isMlflow
    ? 'mend that, then fsg runs sync'
    : 'see whether MLFLOW_TRACKING_URI names an MLflow server';
}

/** Seconds or a date, as milliseconds from now. */
function retryAfter(header: string | null): number {
  if (!header) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Math.max(0, ms || 0);
}

/** What lies below fetch's own "fetch failed". */
function cause(error: unknown): NodeJS.ErrnoException {
  const { cause: below } = error as Error;
  return (below ?? error) as NodeJS.ErrnoException;
}

async function unlessMissing<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if (error instanceof MlflowError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const artifactPath = (path: string): string =>
  `mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;

const pairs = (values: readonly Pair[]): { key: string; value: string }[] =>
  values.map(([key, value]) => ({ key, value }));
