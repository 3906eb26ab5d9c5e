/** What every page has: one file that needs neither network nor server. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moment } from './format.ts';
import { type Html, html, trusted } from './html.ts';

export interface PageParts {
  readonly title: string;
  readonly body: Html;
  /** Files that become its style and its script, in this order. */
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
}

/** A file of the page code. */
export const clientFile = (name: string): string => join(import.meta.dirname, '../../client', name);

/** Title, a sentence or two, and that no real person is shown where that is so. */
export const headerOf = ({
  title,
  intro,
  synthetic,
}: {
  title: string;
  intro: string;
  synthetic: boolean;
}): Html =>
  html`<header><div><h1>${title}</h1>${
    synthetic ? html`<strong class="badge">Synthetic data: no real person is shown</strong>` : null
  }<p>${intro}</p></div><button type="button" id="theme" hidden>Light or dark</button></header>`;

export const footerOf = (now: number): Html => html`<footer>Made by fsg, ${moment(now)}.</footer>`;

/** The whole document. Nothing runs or loads but the script and style whose hashes it names. */
export async function pageOf({ title, body, styles, scripts }: PageParts): Promise<string> {
  const style = await joined(styles, '</style');
  const script = await joined(scripts, '</script');
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
