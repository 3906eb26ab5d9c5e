/** Measures trained networks on people they never saw; per-sample results, tables and pictures go into one folder. */
import type { DataConfig } from '@fsg/data';
import { buildRecognitionTable, buildTable, CLEAN, metricCards, similarityKey, type Table } from '@fsg/eval';
import { UserError } from '@fsg/runs';
import type { Context } from './context.ts';
import { writeEvaluation, writeTable } from './evaluation-files.ts';
import type { InstrumentsConfig } from './instruments.ts';
import type { PictureFolder } from './made-pictures.ts';
import { testSamples } from './measure-samples.ts';
import { measureSubjects } from './measure-subjects.ts';
import { savePictures } from './save-pictures.ts';
import { openSubject, type Subject, type SubjectName } from './subject.ts';

export const BOOTSTRAP = { seed: 0, resamples: 2000, level: 0.95 };
const REFERENCES = ['occluded', 'mean-face', 'stage-one'];

/** What recognition reaches where nothing is hidden. */
export const CLEAN_ROW = {
  key: CLEAN,
  label: 'clean images',
  note: 'the clean image, what recognition reaches where nothing is hidden',
  needsMask: true,
};

const REAL_ROW = {
  ...CLEAN_ROW,
  label: 'pictures as they are',
  note: 'the picture itself, occluded for real',
  needsMask: false,
};

export interface EvaluateOptions {
  readonly subjects: readonly SubjectName[];
  /** Left out: the data of the first subject's run. */
  readonly data?: DataConfig;
  /** Folder for the results; left out: the artifacts of the one run. */
  readonly out?: string;
  /** Test images. */
  readonly count: number;
  readonly instruments: InstrumentsConfig;
  /** True where the pictures are occluded for real, without clean ones: recognition alone. */
  readonly real?: boolean;
  /** LFW's list of pairs, in place of pairs that are drawn. */
  readonly lfwPairs?: string;
  /** What other programs have made of the test images: a row each. */
  readonly pictures?: readonly PictureFolder[];
  /** Where the test images and what is made of them are written to, as files. */
  readonly save?: string;
}

export interface Evaluation {
  readonly table: Table;
  /** Folder that holds tables, pictures and per-sample results. */
  readonly folder: string;
}

export async function evaluateTask(options: EvaluateOptions, context: Context): Promise<Evaluation> {
  const subjects: Subject[] = [];
  for (const name of options.subjects) subjects.push(await openSubject(name, context));
  const folder = folderOf(options, subjects);
  const config = dataOf(options, subjects);
  const { subjects: _, data: __, out: ___, save, ...how } = options;
  const measured = await measureSubjects(
    { ...how, subjects, data: config, folder, baselines: true, costs: !options.real },
    context,
  );
  const { results, recognition, rows, judges, sources, contentHash, data, faces, methods } = measured;
  const count = results.samples.length;
  if (save !== undefined) {
    const samples = testSamples({ data, faces, real: options.real ?? false }, count);
    await savePictures({ folder: save, samples, count, methods }, context);
  }
  const made = (options.pictures ?? []).map(({ name: key }) => key);
  const name = (subjects.length > 0 ? subjects.map(({ title }) => title) : made).join(', ');
  const about = {
    created: new Date(context.clock()).toISOString(),
    synthetic: data.source.synthetic,
    data: { name: data.source.name, split: 'test', contentHash },
    judges,
    sources,
    bootstrap: BOOTSTRAP,
  };
  const recognised = buildRecognitionTable({
    ...about,
    title: `${name}: recognition, ${count} test images`,
    references: [options.real ? CLEAN : 'occluded'],
    rows: [options.real ? REAL_ROW : CLEAN_ROW, ...rows].map((row) => ({
      ...row,
      parts: [{ scores: recognition, condition: row.key }],
    })),
  });
  if (options.real) {
    await writeTable(folder, 'recognition', recognised);
    return { table: recognised, folder };
  }
  const table = await buildTable({
    ...about,
    title: `${name}: ${count} test images`,
    cards: metricCards(judges),
    references: REFERENCES,
    rows: rows.map((row) => ({
      ...row,
      pleased: row.pleased.map(similarityKey),
      parts: [{ results, method: row.key }],
    })),
  });
  await writeEvaluation(
    {
      ...measured,
      made,
      folder,
      name,
      table,
      recognised,
    },
    context.clock(),
  );
  return { table, folder };
}

function folderOf({ out }: EvaluateOptions, subjects: readonly Subject[]): string {
  const [first, ...others] = subjects;
  const folder = out ?? (others.length === 0 ? first?.folder : undefined);
  if (folder !== undefined) return folder;
  const what =
    first === undefined
      ? 'no run is measured'
      : others.length > 0
        ? 'several are measured together'
        : `${first.name} belongs to no run`;
  throw new UserError(`${what}; say where the results go: -o FOLDER`, 2);
}

function dataOf({ data }: EvaluateOptions, subjects: readonly Subject[]): DataConfig {
  const found = data ?? subjects.find((subject) => subject.data)?.data;
  if (found) return found;
  throw new UserError(`${subjects[0]?.name} belongs to no run; say what to measure it on: --data`, 2);
}
