import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { artifactsPath, errorCode, fileProblem, replaceFile, UserError } from '@fsg/runs';
import { chartsOf } from './charts.ts';
import { moment } from './format.ts';
import { type Html, html, jsonIsland, trusted } from './html.ts';
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
  const page = Buffer.from(await pageOf(options, views, dirname(path)));
  await replaceFile(path, page);
  return { path, bytes: page.length };
}

async function pageOf(options: ReportOptions, views: readonly RunView[], folder: string): Promise<string> {
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
  const body = html`<header><div><h1>${options.title}</h1>${
    options.synthetic ? html`<strong class="badge">Synthetic data: no real person is shown</strong>` : null
  }<p>${options.intro}</p></div><button type="button" id="theme">Light or dark</button></header>
<main><section id="runs"><h2>Runs</h2><div class="cards">${views.map(runCard)}</div></section>
${table === null ? null : tableSection(options.renderTable(table))}
${gallery ? picturesSection('Test faces', 'gallery', gallery, 'Test faces: occluded, restored, clean and the error') : null}
${shown.length > 0 ? samplesSection(shown) : null}
${curvesSection(views)}${configSection(views)}${eventsSection(views, warnings)}${filesSection(views, folder)}</main>
<footer>Made by fsg, ${moment(options.now)}.</footer>
${jsonIsland(
  'data',
  views.map(({ history }) => chartsOf(history)),
)}`;
  return frame(options.title, body);
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

/** The whole document. Nothing runs or loads but the script and style whose hashes it names. */
async function frame(title: string, body: Html): Promise<string> {
  const require = createRequire(import.meta.url);
  const uplot = dirname(require.resolve('uplot'));
  const client = (name: string): string => join(import.meta.dirname, '../../client', name);
  const style = await joined([join(uplot, 'uPlot.min.css'), client('report.css')], '</style');
  const script = await joined(
    [join(uplot, 'uPlot.iife.min.js'), client('theme.js'), client('samples.js'), client('charts.js')],
    '</script',
  );
  const policy = `default-src 'none'; img-src data:; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${trusted(style)}</style></head>
<body>${body}<script>${trusted(script)}</script></body></html>
`.markup;
}

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

async function joined(paths: readonly string[], end: string): Promise<string> {
  const text = (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('\n');
  if (text.toLowerCase().includes(end))
    throw new Error(`${paths.join(', ')} hold ${end}, which would end their element`);
  return text;
}
