/** HTML in which text cannot become markup. */

/** Markup, made by `html` or taken over as it is by `trusted`. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are escaped, in text as in quoted attributes; null gives nothing, lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return trusted(
    strings.map((text, i) => text + (i < parts.length ? markupOf(parts[i] as Part) : '')).join(''),
  );
}

/** Markup from a source that escapes on its own. */
export const trusted = (markup: string): Html => ({ markup });

function markupOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number')
    return String(part).replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
  return 'markup' in part ? part.markup : part.map(markupOf).join('');
}

/** Data for the page's script, as the content of a script element that does not run. */
export const jsonIsland = (id: string, value: unknown): Html =>
  html`<script type="application/json" id="${id}">${trusted(JSON.stringify(value).replaceAll('<', '\\u003c'))}</script>`;
