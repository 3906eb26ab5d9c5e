/** As much of an MLflow server as a run's mirror talks to, in memory; the tests hold it against a real one. */
import type { Answer, Upstream } from './gate.ts';

interface FakeRun {
  readonly info: Record<string, unknown> & { run_id: string; experiment_id: string; lifecycle_stage: string };
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  /** By what makes a point the same to MLflow. */
  readonly metrics: Map<string, Point>;
  readonly inputs: Map<string, unknown>;
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

interface Point {
  readonly key: string;
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
}

/** What the calls' bodies hold, each call some of it. */
interface Body {
  readonly name: string;
  readonly experiment_id: string;
  readonly experiment_ids: readonly string[];
  readonly run_id: string;
  readonly run_name: string;
  readonly start_time: number;
  readonly status: string;
  readonly end_time?: number;
  readonly filter?: string;
  readonly max_results?: number;
  readonly tags?: readonly Pair[];
  readonly params?: readonly Pair[];
  readonly metrics?: readonly Point[];
  readonly datasets: readonly { dataset: { digest: string } }[];
}

export function fakeMlflow(artifactRoot = 'mlflow-artifacts:'): Upstream {
  const experiments = new Map<string, string>();
  const runs = new Map<string, FakeRun>();
  const artifacts = new Map<string, Uint8Array>();

  const experimentJson = (name: string) => ({
    experiment: { experiment_id: experiments.get(name), name, lifecycle_stage: 'active' },
  });
  const runJson = ({ info, params, tags, metrics, inputs }: FakeRun) => ({
    info,
    data: {
      params: [...params].map(([key, value]) => ({ key, value })),
      tags: [...tags].map(([key, value]) => ({ key, value })),
      metrics: [...new Map([...metrics.values()].map((point) => [point.key, point])).values()],
    },
    inputs: { dataset_inputs: [...inputs.values()] },
  });

  const calls: Record<string, (body: Body, query: URLSearchParams) => Answer> = {
    'GET experiments/get-by-name': (_, query) => {
      const name = query.get('experiment_name') ?? '';
      return experiments.has(name) ? json(experimentJson(name)) : missing(name);
    },
    'POST experiments/create': ({ name }) => {
      if (experiments.has(name)) return refused('RESOURCE_ALREADY_EXISTS', `${name} already exists`);
      experiments.set(name, String(experiments.size + 1));
      return json({ experiment_id: experiments.get(name) });
    },
    'POST runs/create': ({ experiment_id, run_name, start_time, tags = [] }) => {
      const id = String(runs.size + 1).padStart(32, '0');
      const run: FakeRun = {
        info: {
          run_id: id,
          run_name,
          experiment_id,
          start_time,
          status: 'RUNNING',
          lifecycle_stage: 'active',
          artifact_uri: `${artifactRoot}/${experiment_id}/${id}/artifacts`,
        },
        params: new Map(),
        tags: new Map(tags.map(({ key, value }) => [key, value])),
        metrics: new Map(),
        inputs: new Map(),
      };
      runs.set(id, run);
      return json({ run: runJson(run) });
    },
    'GET runs/get': (_, query) => {
      const run = runs.get(query.get('run_id') ?? '');
      return run ? json({ run: runJson(run) }) : missing('run');
    },
    'POST runs/search': ({ experiment_ids, filter, max_results = 1000 }) => {
      const [, key = '', value] = /^tags\.`(.*)` = '(.*)'$/.exec(filter ?? '') ?? [];
      const found = [...runs.values()].filter(
        ({ info, tags }) =>
          experiment_ids.includes(info.experiment_id) &&
          info.lifecycle_stage === 'active' &&
          (!key || tags.get(key) === value),
      );
      return json({ runs: found.slice(0, max_results).map(runJson) });
    },
    'POST runs/update': ({ run_id, status, end_time }) => {
      Object.assign(runs.get(run_id)?.info ?? {}, { status, ...(end_time && { end_time }) });
      return json({});
    },
    'POST runs/delete': ({ run_id }) => {
      Object.assign(runs.get(run_id)?.info ?? {}, { lifecycle_stage: 'deleted' });
      return json({});
    },
    'POST runs/log-batch': ({ run_id, metrics = [], params = [], tags = [] }) => {
      const run = runs.get(run_id);
      if (!run) return missing('run');
      if (metrics.length > 1000 || params.length > 100) {
        return refused('INVALID_PARAMETER_VALUE', 'too many of them');
      }
      for (const { key, value } of params) {
        if ((run.params.get(key) ?? value) !== value)
          return refused('INVALID_PARAMETER_VALUE', `${key} changed`);
        run.params.set(key, value);
      }
      for (const { key, value } of tags) run.tags.set(key, value);
      for (const point of metrics) {
        run.metrics.set(JSON.stringify([point.key, point.timestamp, point.step, point.value]), point);
      }
      return json({});
    },
    'POST runs/log-inputs': ({ run_id, datasets }) => {
      for (const input of datasets) {
        runs.get(run_id)?.inputs.set(input.dataset.digest, input);
      }
      return json({});
    },
    'GET metrics/get-history': (_, query) => {
      const all = [...(runs.get(query.get('run_id') ?? '')?.metrics.values() ?? [])];
      return json({ metrics: all.filter(({ key }) => key === query.get('metric_key')) });
    },
  };

  return async ({ method, url, body }) => {
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const path = decodeURIComponent(pathname.replace('/api/2.0/mlflow-artifacts/artifacts/', ''));
    if (path === '/api/2.0/mlflow-artifacts/artifacts') {
      const prefix = `${searchParams.get('path')}/`;
      const below = [...artifacts].filter(([name]) => name.startsWith(prefix));
      const entries = below.map(([name, { length }]) => {
        const [first = '', ...rest] = name.slice(prefix.length).split('/');
        return { path: first, is_dir: rest.length > 0, file_size: length };
      });
      return json({ files: [...new Map(entries.map((entry) => [entry.path, entry])).values()] });
    }
    if (!path.startsWith('/')) {
      const content = artifacts.get(path);
      if (path.includes('#')) return refused('INVALID_PARAMETER_VALUE', 'Invalid path');
      if (method === 'GET') return content ? { status: 200, body: content } : missing(path);
      if (method === 'PUT') artifacts.set(path, body);
      else artifacts.delete(path);
      return json({});
    }
    const call = calls[`${method} ${pathname.replace('/api/2.0/mlflow/', '')}`];
    return call ? call(body.length > 0 ? JSON.parse(body.toString()) : {}, searchParams) : missing(pathname);
  };
}

const json = (value: unknown, status = 200): Answer => ({ status, body: Buffer.from(JSON.stringify(value)) });
const refused = (error_code: string, message: string): Answer => json({ error_code, message }, 400);
const missing = (what: string): Answer =>
  json({ error_code: 'RESOURCE_DOES_NOT_EXIST', message: `no ${what}` }, 404);
