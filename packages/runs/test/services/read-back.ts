/** What an MLflow server has of the runs that were mirrored to it. */
export interface ReadBack {
  readonly id: string;
  readonly info: Record<string, unknown>;
  readonly params: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly inputs: { dataset: Record<string, string> }[];
  /** Path → content. */
  readonly artifacts: Record<string, Uint8Array>;
  history(metric: string): Promise<(readonly [step: number, value: unknown, timestamp: number])[]>;
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

interface Point {
  readonly step?: number;
  readonly value: unknown;
  readonly timestamp: number;
}

interface RunJson {
  readonly info: Record<string, unknown> & { run_id: string; run_name: string; artifact_uri: string };
  readonly data: { params?: Pair[]; tags?: Pair[] };
  readonly inputs?: { dataset_inputs?: { dataset: Record<string, string> }[] };
}

/** The runs of an experiment, by their name. Throws where two have the same. */
export async function readBack(address: string, experiment = 'fsg'): Promise<Record<string, ReadBack>> {
  const ask = async (path: string, body?: object) => {
    const response = await fetch(`${address}/api/2.0/${path}`, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const json = async <T>(path: string, body?: object) => (await (await ask(path, body)).json()) as T;
  const { experiment: found } = await json<{ experiment: { experiment_id: string } }>(
    `mlflow/experiments/get-by-name?experiment_name=${experiment}`,
  );
  const { runs = [] } = await json<{ runs?: RunJson[] }>('mlflow/runs/search', {
    experiment_ids: [found.experiment_id],
    max_results: 1000,
  });

  async function artifactsBelow(folder: string): Promise<Record<string, Uint8Array>> {
    const { files = [] } = await json<{ files?: { path: string; is_dir: boolean }[] }>(
      `mlflow-artifacts/artifacts?path=${encodeURIComponent(folder)}`,
    );
    const all = files.map(async ({ path, is_dir }) => {
      if (is_dir) return Object.entries(await artifactsBelow(`${folder}/${path}`));
      const name = `${folder}/${path}`;
      const response = await ask(
        `mlflow-artifacts/artifacts/${name.split('/').map(encodeURIComponent).join('/')}`,
      );
      return [[name, new Uint8Array(await response.arrayBuffer())]];
    });
    return Object.fromEntries((await Promise.all(all)).flat());
  }

  async function history(id: string, metric: string) {
    const points: Point[] = [];
    for (let token = ''; ; ) {
      const query = new URLSearchParams({ run_id: id, metric_key: metric, max_results: '25000' });
      if (token) query.set('page_token', token);
      const page = await json<{ metrics?: Point[]; next_page_token?: string }>(
        `mlflow/metrics/get-history?${query}`,
      );
      points.push(...(page.metrics ?? []));
      token = page.next_page_token ?? '';
      if (!token) break;
    }
    return points.map(({ step, value, timestamp }) => [step ?? 0, value, timestamp] as const);
  }

  const entries = runs.map(async ({ info, data: { params = [], tags = [] }, inputs }) => {
    const root = info.artifact_uri.replace('mlflow-artifacts:/', '');
    const record = (values: Pair[]) => Object.fromEntries(values.map(({ key, value }) => [key, value]));
    const all = await artifactsBelow(root);
    const run: ReadBack = {
      id: info.run_id,
      info,
      params: record(params),
      tags: record(tags),
      inputs: inputs?.dataset_inputs ?? [],
      artifacts: Object.fromEntries(
        Object.entries(all).map(([name, content]) => [name.slice(root.length + 1), content]),
      ),
      history: (metric) => history(info.run_id, metric),
    };
    return [info.run_name, run];
  });
  const all = Object.fromEntries(await Promise.all(entries));
  if (Object.keys(all).length < runs.length) throw new Error(`${experiment}: two runs with one name`);
  return all;
}
