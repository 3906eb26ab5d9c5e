/** Cases side by side and one over the other, as a single HTML file. */
import { resolve } from 'node:path';
import { replaceFile } from '@fsg/runs';
import { clientFile, footerOf, headerOf, pageOf } from '../page/document.ts';
import { type Html, html, trusted } from '../page/html.ts';
import { imageElement, type Picture } from '../page/picture.ts';

export interface GalleryCase {
  /** Its heading: the sample's key, the photograph's name. */
  readonly name: string;
  /** How it was chosen, for example `worst`. */
  readonly tag?: string;
  /** The kind of its occluder. */
  readonly kind?: string;
  /** Figures, one a line. */
  readonly caption: readonly string[];
  /** One for each of the gallery's columns, of one size. */
  readonly pictures: readonly Picture[];
}

export interface GalleryOptions {
  readonly title: string;
  /** A sentence or two under the title. */
  readonly intro: string;
  /** True where the people shown are not real. */
  readonly synthetic: boolean;
  /** What each picture of a case is, each once: occluded, restored by a method, clean, error map. */
  readonly columns: readonly string[];
  /** The columns that the slider parts at first. */
  readonly before: string;
  readonly after: string;
  readonly cases: readonly GalleryCase[];
  /** What else is to be told, for example what was left out. */
  readonly notes?: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The file to write, replaced where it exists. */
  readonly out: string;
}

/** From this width on pictures share the room there is. */
const LARGE = 300;

/**
 * Writes the gallery as one HTML file that needs neither network nor server: a slider over two pictures of each case, all
 * pictures beside it. Throws a RangeError where pictures do not fit columns or each other, a UserError where the file
 * cannot be written.
 */
export async function buildGallery(options: GalleryOptions): Promise<{ path: string; bytes: number }> {
  check(options);
  const path = resolve(options.out);
  const page = Buffer.from(
    await pageOf({
      title: options.title,
      body: bodyOf(options),
      styles: ['page.css', 'gallery.css'].map(clientFile),
      scripts: ['theme.js', 'gallery.js'].map(clientFile),
    }),
  );
  await replaceFile(path, page);
  return { path, bytes: page.length };
}

function check({ columns, before, after, cases }: GalleryOptions): void {
  if (new Set(columns).size < columns.length)
    throw new RangeError(`columns of one name: ${columns.join(', ')}`);
  for (const name of [before, after]) {
    if (!columns.includes(name)) throw new RangeError(`no column ${name} among ${columns.join(', ')}`);
  }
  for (const { name, pictures } of cases) {
    if (pictures.length !== columns.length) {
      throw new RangeError(`${name} has ${pictures.length} pictures for ${columns.length} columns`);
    }
    const sizes = new Set(pictures.map(({ width, height }) => `${width} x ${height}`));
    if (sizes.size > 1)
      throw new RangeError(`the pictures of ${name} differ in size: ${[...sizes].join(', ')}`);
  }
}

const bodyOf = (options: GalleryOptions): Html => html`${headerOf(options)}
<main>${controls(options)}
${options.cases.map((one) => caseArticle(one, options.columns))}
${notesSection(options.notes ?? [])}</main>
${footerOf(options.now)}
${slider(options)}`;

/** Choices, shown once the script runs; null where there is nothing to choose. */
function controls({ columns, before, after, cases }: GalleryOptions): Html | null {
  const filters = [choice('tag', 'Cases', cases), choice('kind', 'Occluder', cases)].filter(
    (one) => one !== null,
  );
  const column = (id: string, label: string, chosen: string): Html =>
    selection(
      id,
      label,
      columns.map((name, i) => {
        const selected = trusted(name === chosen ? ' selected' : '');
        return html`<option value="${i}"${selected}>${name}</option>`;
      }),
    );
  const sides = columns.length > 2 ? [column('before', 'Left', before), column('after', 'Right', after)] : [];
  if (sides.length + filters.length === 0) return null;
  const shown = html`<output id="shown" for="tag kind"></output>`;
  return html`<div class="controls" id="controls" hidden>${sides}${filters}${filters.length > 0 ? shown : null}</div>`;
}

const selection = (id: string, label: string, options: readonly Html[]): Html =>
  html`<span class="choice"><label for="${id}">${label}</label><select id="${id}">${options}</select></span>`;

/** A filter by what the cases say of themselves; null where all say the same. */
function choice(key: 'tag' | 'kind', label: string, cases: readonly GalleryCase[]): Html | null {
  const values = [...new Set(cases.map((one) => one[key]).filter((value) => value !== undefined))];
  if (values.length < 2) return null;
  const options = values.map((value) => html`<option value="${value}">${value}</option>`);
  return selection(key, label, [html`<option value="">all</option>`, ...options]);
}

function caseArticle({ name, tag, kind, caption, pictures }: GalleryCase, columns: readonly string[]): Html {
  const large = (pictures[0]?.width ?? 0) > LARGE;
  const labels = [tag, kind].filter((label) => label !== undefined);
  return html`<article class="case${large ? ' large' : ''}${columns.length === 2 ? ' pair' : ''}" data-tag="${tag ?? ''}" data-kind="${kind ?? ''}">
<h2>${name}</h2><div class="row"><div class="side">${
    labels.length > 0 ? html`<p>${labels.map((label) => html`<b class="label">${label}</b> `)}</p>` : null
  }<ul class="figures">${caption.map((line) => html`<li>${line}</li>`)}</ul>
<div class="pictures">${pictures.map(
    (picture, i) =>
      html`<figure>${imageElement(picture, `${name}: ${columns[i] as string}`)}<figcaption>${columns[i] as string}</figcaption></figure>`,
  )}</div></div></div></article>`;
}

const notesSection = (notes: readonly string[]): Html | null =>
  notes.length > 0
    ? html`<section><h2>Notes</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`
    : null;

/** Two pictures one over the other, parted by a line: the script puts one into each case. */
const slider = ({ columns, before, after }: GalleryOptions): Html =>
  html`<template id="slider" data-before="${columns.indexOf(before)}" data-after="${columns.indexOf(after)}"><div class="compare">
<img class="layer after" alt=""><img class="layer before" alt=""><span class="name left"></span><span class="name right"></span><i class="edge"></i>
<input type="range" min="0" max="100" step="any" value="50"></div></template>`;
