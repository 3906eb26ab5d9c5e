/** What an evaluation leaves in its folder beside the per-sample results: tables in their forms, plots, galleries. */
import { join } from 'node:path';
import { buildGallery, embedPicture } from '@fsg/dashboard';
import { evaluationSamples, type FaceSet, type OpenData, type Sample } from '@fsg/data';
import {
  type Case,
  figuresOf,
  gallery,
  type Method,
  pictureCases,
  plotsOfRecognition,
  plotsOfTable,
  type RecognitionScores,
  type Results,
  renderCsv,
  renderHtml,
  renderMarkdown,
  selectCases,
  type Table,
} from '@fsg/eval';
import { replaceFile } from '@fsg/runs';

/** Of a network's rows the one that a user would show last. */
const COLUMNS = ['stage-one', 'network', 'composite'];
const CASES = { metric: 'psnr_hole', each: 3 };

export interface EvaluationFiles {
  readonly folder: string;
  readonly name: string;
  readonly table: Table;
  readonly recognised: Table;
  readonly recognition: RecognitionScores;
  readonly results: Results;
  readonly methods: readonly Method[];
  /** Keys of the methods whose pictures other programs have made. */
  readonly made: readonly string[];
  readonly data: OpenData;
  readonly faces: FaceSet;
}

/** `now`: milliseconds since 1970. */
export async function writeEvaluation(files: EvaluationFiles, now: number): Promise<void> {
  const { folder, table, recognised, recognition } = files;
  const write = (name: string, content: string | Uint8Array): Promise<void> =>
    replaceFile(join(folder, name), content);
  const plots = { ...plotsOfTable(table), ...plotsOfRecognition(recognition, recognised) };
  for (const [name, { svg, png }] of Object.entries(plots)) {
    await write(`plots/${name}.svg`, svg);
    await write(`plots/${name}.png`, png);
  }
  await drawCases(files, now);
  // table.json last: whoever finds it finds the others.
  await writeTable(folder, 'recognition', recognised);
  await writeTable(folder, 'table', table);
}

export async function writeTable(folder: string, name: string, table: Table): Promise<void> {
  const path = join(folder, name);
  await replaceFile(`${path}.md`, renderMarkdown(table));
  await replaceFile(`${path}.csv`, renderCsv(table));
  await replaceFile(`${path}.html`, renderHtml(table));
  await replaceFile(`${path}.json`, `${JSON.stringify(table, null, 2)}\n`);
}

/** Best, median, worst and random cases as one picture and as a page. */
async function drawCases(
  { folder, name, results, methods, made, data, faces }: EvaluationFiles,
  now: number,
): Promise<void> {
  const shown = methods.filter(({ key }) => COLUMNS.includes(key) || made.includes(key));
  const judged = (shown.find(({ key }) => key === COLUMNS.at(-1)) ?? shown.at(-1)) as Method;
  const chosen = await selectCases(results, { ...CASES, method: judged.key });
  const indices = chosen.map(({ index }) => index);
  const figures = await figuresOf(results, judged.key, indices);
  const samples = await samplesAt(data, faces, results.samples.length, indices);
  const cases = chosen.map(
    ({ tag }, i): Case => ({ tag, sample: samples[i] as Sample, figures: figures[i] as string[] }),
  );
  const title = `${name}: best, median, worst and random`;
  const { synthetic } = data.source;
  const pictured = await pictureCases(cases, shown, judged.key);
  await replaceFile(join(folder, 'gallery.png'), await gallery(pictured, { title, synthetic }));
  await buildGallery({
    title,
    intro: `Chosen by the PSNR in the hole of “${judged.label}” among ${results.samples.length} test images.`,
    synthetic,
    columns: pictured.columns,
    before: 'occluded',
    after: pictured.judged,
    cases: await Promise.all(
      pictured.cases.map(async ({ tag, sample, figures: caption, pictures }) => ({
        name: sample.key,
        tag,
        kind: sample.occluder,
        caption,
        pictures: await Promise.all(pictures.map((picture) => embedPicture(picture))),
      })),
    ),
    now,
    out: join(folder, 'gallery.html'),
  });
}

/** Made again, each by itself. */
async function samplesAt(
  data: OpenData,
  faces: FaceSet,
  count: number,
  indices: readonly number[],
): Promise<Sample[]> {
  const made = indices.map(async (index) => {
    const { value } = await evaluationSamples(data, faces, count, index).next();
    return value as Sample;
  });
  return Promise.all(made);
}
