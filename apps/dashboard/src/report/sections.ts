/** The parts of the report, each from what it shows. */
import { relative, sep } from 'node:path';
import { duration, figure, inline, moment, size } from '../page/format.ts';
import { type Html, html, trusted } from '../page/html.ts';
import { imageElement, type Picture } from '../page/picture.ts';
import { figuresOf } from './charts.ts';
import type { SamplePicture } from './pictures.ts';
import type { RunFile, RunView } from './run-view.ts';

const ENDINGS = {
  new: 'not started',
  open: 'not ended',
  dead: 'died without a word',
  finished: 'finished',
  early: 'ended early: no more progress',
  stopped: 'stopped',
  failed: 'failed',
} as const;

export function runCard({ label, run, summary, seconds }: RunView): Html {
  const { record } = run;
  const { memory, ...machine } = record.machine;
  const commit = record.commit
    ? `${record.commit.slice(0, 12)}${record.uncommitted ? ', with changes' : ''}`
    : 'unknown';
  const facts: [string, string][] = [
    ['run', run.id],
    ['recipe', record.recipe],
    [
      'state',
      summary.step === null ? ENDINGS[summary.status] : `${ENDINGS[summary.status]}, step ${summary.step}`,
    ],
    ['started', record.created.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')],
    ['time spent', duration(seconds)],
    ['commit', commit],
    ['machine', inline({ ...machine, ...(typeof memory === 'number' && { memory: size(memory) }) })],
    ['versions', inline(record.versions)],
    ['command', record.command.join(' ')],
    ...Object.entries(record.inputs).map(([name, { from, sha256 }]): [string, string] => [
      `input: ${name}`,
      `${from}, SHA-256 ${sha256.slice(0, 12)}…`,
    ]),
  ];
  return html`<article class="card"><h3>${label}</h3><dl>${facts.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl></article>`;
}

export function tableSection(table: string): Html {
  return html`<section id="results"><h2>Results</h2>${trusted(table)}</section>`;
}

export function picturesSection(title: string, id: string, picture: Picture, alt: string): Html {
  return html`<section id="${id}"><h2>${title}</h2>${frame(alt, imageElement(picture, alt))}</section>`;
}

/** Wide things scroll in a frame of their own, by keyboard too. */
const frame = (label: string, content: Html): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${content}</div>`;

export interface RunSamples {
  readonly label: string;
  readonly pictures: readonly SamplePicture[];
}

/** All runs' pictures under one slider; the script shows of each run the last picture up to the chosen step. */
export function samplesSection(runs: readonly RunSamples[]): Html {
  const steps = [...new Set(runs.flatMap(({ pictures }) => pictures.map(({ step }) => step)))].sort(
    (a, b) => a - b,
  );
  const last = steps.length - 1;
  return html`<section id="samples"><h2>The same faces as training goes on</h2>
<div class="controls"><label for="step">Step</label>
<input id="step" type="range" min="0" max="${last}" value="${last}" step="1" data-steps="${steps.join(' ')}">
<output id="step-shown" for="step">${steps[last] ?? ''}</output></div>
<p class="hint">The slider, or the arrow keys on it, moves all runs at once.</p>
<div class="pairs">${runs.map(samplesFigure)}</div></section>`;
}

/** All steps' pictures of a run, the last one showing until the script takes over. */
function samplesFigure({ label, pictures }: RunSamples): Html {
  const last = pictures.at(-1);
  const stack = pictures.map((picture) => {
    const marks = trusted(` data-step="${picture.step}"${picture === last ? '' : ' hidden'}`);
    return imageElement(picture, `${label}: samples at step ${picture.step}`, marks);
  });
  return html`<figure><figcaption>${label}, step <b>${last?.step ?? ''}</b></figcaption>${frame(`Samples of ${label}`, html`${stack}`)}</figure>`;
}

export function curvesSection(views: readonly RunView[]): Html {
  return html`<section id="curves"><h2>Curves</h2>
<div class="controls"><label for="smoothing">Smoothing</label>
<input id="smoothing" type="range" min="0" max="0.98" value="0.6" step="0.02"><output id="smoothing-shown" for="smoothing">0.60</output>
<label><input id="log" type="checkbox" checked> Losses and norms on a logarithmic axis</label>
<button type="button" id="whole">Whole range</button></div>
<p class="hint">Drag over a chart to look closer, double-click to see all of it; a click on a name hides its curve.</p>
${views.map(
  (view, i) => html`<h3>${view.label}</h3><div class="charts" data-run="${i}"></div>
<details><summary>Figures: last, least, greatest</summary>${frame(`Figures of ${view.label}`, figuresTable(view))}</details>`,
)}</section>`;
}

function figuresTable({ history }: RunView): Html {
  const cell = ({ value, step }: { value: number; step: number }): Html =>
    html`<td>${figure(value)}<span class="ends">step ${step}</span></td>`;
  return html`<table><thead><tr><th scope="col">metric</th><th scope="col">last</th><th scope="col">least</th><th scope="col">greatest</th></tr></thead>
<tbody>${figuresOf(history).map(
    ({ metric, last, least, most }) =>
      html`<tr><th scope="row">${metric}</th>${cell(last)}${cell(least)}${cell(most)}</tr>`,
  )}</tbody></table>`;
}

export function configSection(views: readonly RunView[]): Html {
  return html`<section id="config"><h2>Configuration</h2>${views.map(
    ({ label, run }) =>
      html`<details><summary>${label}: the recipe as it was run</summary>${frame(
        `Configuration of ${label}`,
        html`<pre>${JSON.stringify(run.record.config, null, 2)}</pre>`,
      )}</details>`,
  )}</section>`;
}

/** Checkpoints come too often to be told one by one. */
const QUIET = new Set(['checkpoint']);

export function eventsSection(views: readonly RunView[], warnings: readonly string[]): Html {
  const told = views.map((view) => ({
    ...view,
    events: view.events.filter(({ event }) => !QUIET.has(event)),
  }));
  return html`<section id="events"><h2>Events</h2>${
    warnings.length > 0
      ? html`<ul class="warnings">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`
      : null
  }${told.map(
    ({ label, events }) =>
      html`<h3>${label}</h3>${frame(
        `Events of ${label}`,
        html`<table class="words"><thead><tr><th scope="col">time</th><th scope="col">step</th><th scope="col">event</th><th scope="col">details</th></tr></thead>
<tbody>${events.map(({ time, step, event, ...details }) => html`<tr><td>${moment(time)}</td><td>${step}</td><td>${event}</td><td>${inline(details)}</td></tr>`)}</tbody></table>`,
      )}`,
  )}</section>`;
}

/** Links work as long as the report stays where it is beside its runs. */
export function filesSection(views: readonly RunView[], reportFolder: string): Html {
  const link = (folder: string, { path, bytes }: RunFile): Html => {
    const parts = [...relative(reportFolder, folder).split(sep), ...path.split('/')].filter(
      (part) => part !== '',
    );
    return html`<li><a href="./${parts.map(encodeURIComponent).join('/')}">${path}</a> <span class="ends">${size(bytes)}</span></li>`;
  };
  return html`<section id="files"><h2>Files</h2>${views.map(
    ({ label, run, files }) =>
      html`<details><summary>${label}: ${files.length} files in ${run.id}</summary><ul>${files.map((file) => link(run.folder, file))}</ul></details>`,
  )}</section>`;
}
