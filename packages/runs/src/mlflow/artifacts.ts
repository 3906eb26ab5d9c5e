/** The files that MLflow is to have of a run: those of its artifacts folder, and some that are made for MLflow. */
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { listCheckpoints } from '../checkpoint/checkpoints.ts';
import { fileKey } from '../checkpoint/manifest.ts';
import { errorCode, fileProblem } from '../errors.ts';
import { artifactFiles, artifactsPath, type Run } from '../run.ts';
import type { Store } from '../store/store.ts';
import { sha256 } from './describe.ts';

const SAMPLE = /^samples\/step-(\d+)\.png$/;
const TABLE = 'table.json';

export interface Artifact {
  /** In the artifacts folder, or where it would lie there. */
  readonly name: string;
  /** As long as it is the same, so is the content. */
  readonly stamp: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  read(): Promise<Uint8Array>;
}

export async function artifactsOf(run: Run, store: Store): Promise<Artifact[]> {
  const { config } = run.record;
  const checkpoints = await checkpointsOf(store);
  const table = await mlflowTable(run);
  return [
    ...(await filesOf(run)),
    made('config.json', config),
    ...(checkpoints.length > 0 ? [made('checkpoints.json', checkpoints)] : []),
    ...(table ? [made(MLFLOW_TABLE, table)] : []),
  ];
}

/**
 * Where MLflow is to have it. Pictures of samples are logged images, whose pages want a second, small one for an overview:
 * the same again, as ours are small. All else stays where it is.
 */
export function mlflowPaths({ name, time }: Artifact, hash: string): string[] {
  const [, step] = SAMPLE.exec(name) ?? [];
  if (step === undefined) return [name];
  const uuid = hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const image = `images/samples+step+${Number(step)}+timestamp+${time}+${uuid}`;
  return [`${image}.png`, `${image}+compressed.png`];
}

/** What MLflow's pages need to know of an artifact. */
export function tagsFor(name: string): Record<string, string> {
  if (SAMPLE.test(name)) return { 'mlflow.loggedImages': 'True' };
  if (name !== MLFLOW_TABLE) return {};
  return { 'mlflow.loggedArtifacts': JSON.stringify([{ path: name, type: 'table' }]) };
}

function made(name: string, value: unknown): Artifact {
  const content = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  return { name, stamp: sha256(content), time: 0, read: async () => content };
}

async function filesOf(run: Run): Promise<Artifact[]> {
  const files = await artifactFiles(run);
  return Promise.all(
    files.map(async (file) => {
      const path = join(run.folder, file);
      const { size, mtimeMs } = await stat(path);
      return {
        name: relative(artifactsPath(run), path),
        stamp: `${size} ${mtimeMs}`,
        time: Math.trunc(mtimeMs),
        read: () => readFile(path),
      };
    }),
  );
}

async function checkpointsOf(store: Store) {
  const manifests = await listCheckpoints(store, () => {});
  return manifests.map((manifest) => ({
    step: manifest.step,
    saved: new Date(manifest.time).toISOString(),
    files: Object.entries(manifest.files).map(([name, { size, sha256 }]) => ({
      name,
      size,
      sha256,
      where: `${store.where}/${fileKey(manifest, name)}`,
    })),
  }));
}

/** A table as MLflow shows it, in the form of pandas' orient="split". */
const MLFLOW_TABLE = 'evaluation.json';

const Table = z.object({
  columns: z.array(z.object({ key: z.string(), label: z.string() })),
  sections: z.array(
    z.object({
      label: z.string(),
      rows: z.array(
        z.object({
          label: z.string(),
          cells: z.record(z.string(), z.object({ value: z.number().nullable() })),
        }),
      ),
    }),
  ),
});

/** The table of `fsg eval`; undefined where there is none, or one of another format. */
async function mlflowTable(run: Run) {
  const path = join(artifactsPath(run), TABLE);
  const { data } = Table.safeParse(await readJson(path));
  if (!data) return undefined;
  return {
    columns: ['samples', 'method', ...data.columns.map(({ label }) => label)],
    data: data.sections.flatMap((section) =>
      section.rows.map(({ label, cells }) => [
        section.label,
        label,
        ...data.columns.map(({ key }) => cells[key]?.value ?? null),
      ]),
    ),
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return undefined;
    throw fileProblem(error, `cannot read ${path}`);
  }
}
