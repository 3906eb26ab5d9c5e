import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { artifactsPath, errorCode, fileProblem, replaceFile, UserError } from '@fsg/runs';
import { clientFile, footerOf, headerOf, pageOf } from '../page/document.ts';
import { html, jsonIsland } from '../page/html.ts';
import { chartsOf } from './charts.ts';
import { embed, embedSamples } from './pictures.ts';
import { type RunView, readRun } from './run-view.ts';
import {
  configSection,
  curvesSection,
  eventsSection,
  filesSection,
  picturesSection,
  runCard,
  samplesSection,
  tableSection,
} from './sections.ts';

export interface ReportOptions {
  readonly title: string;
  /** A sentence or two under the title. */
  readonly intro: string;
  /** True where the people shown are not real. */
  readonly synthetic: boolean;
  /** The runs, in the order of their making; table and gallery are the last one's that has them. */
  readonly runs: readonly { readonly folder: string; readonly label: string }[];
  /** The content of artifacts/table.json as escaped HTML. */
  readonly renderTable: (json: unknown) => string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The file to write, replaced where it exists. */
  readonly out: string;
}

/**
 * Writes the report of some runs as one HTML file that needs neither network nor server. Throws a UserError
 * where a folder is no run or the file cannot be written.
 */
export async function buildReport(options: ReportOptions): Promise<{ path: string; bytes: number }> {
  const path = resolve(options.out);
  const views = await Promise.all(options.runs.map(({ folder, label }) => readRun(folder, label)));
  const page = Buffer.from(await reportOf(options, views, dirname(path)));
  await replaceFile(path, page);
  return { path, bytes: page.length };
}

async function reportOf(options: ReportOptions, views: readonly RunView[], folder: string): Promise<string> {
  const samples = await Promise.all(
    views.map(async (view) => ({ label: view.label, ...(await embedSamples(view)) })),
  );
  const shown = samples.filter(({ pictures }) => pictures.length > 0);
  const table = await lastArtifact(views, 'table.json', readJson);
  const gallery = await lastArtifact(views, 'gallery.png', embed);
  const warnings = [
    ...samples.flatMap(({ unreadable }) => unreadable.map((file) => `${file} is no readable picture`)),
    ...views.flatMap(({ damaged, run }) =>
      damaged > 0 ? [`${damaged} lines of ${run.id}'s journal cannot be read`] : [],
    ),
  ];
  const body = html`${headerOf(options)}
<main><section id="runs"><h2>Runs</h2><div class="cards">${views.map(runCard)}</div></section>
${table === null ? null : tableSection(options.renderTable(table))}
${gallery ? picturesSection('Test faces', 'gallery', gallery, 'Test faces: occluded, restored, clean and the error') : null}
${shown.length > 0 ? samplesSection(shown) : null}
${curvesSection(views)}${configSection(views)}${eventsSection(views, warnings)}${filesSection(views, folder)}</main>
${footerOf(options.now)}
${jsonIsland(
  'data',
  views.map(({ history }) => chartsOf(history)),
)}`;
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot'));
  return pageOf({
    title: options.title,
    body,
    styles: [join(uplot, 'uPlot.min.css'), clientFile('page.css'), clientFile('report.css')],
    scripts: [join(uplot, 'uPlot.iife.min.js'), ...['theme.js', 'samples.js', 'charts.js'].map(clientFile)],
  });
}

/** An artifact of the last run that has it, or null. */
async function lastArtifact<T>(
  views: readonly RunView[],
  name: string,
  read: (path: string) => Promise<T | null>,
): Promise<T | null> {
  for (const { run } of views.toReversed()) {
    const found = await read(join(artifactsPath(run), name));
    if (found !== null) return found;
  }
  return null;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (error instanceof SyntaxError)
      throw new UserError(`${path} is no JSON: ${error.message}; make it again with fsg eval`);
    throw fileProblem(error, `cannot read ${path}`);
  }
}
