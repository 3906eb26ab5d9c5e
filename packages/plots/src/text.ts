/** SVG rendered with a font that comes with a package: a bare machine has none. */
import { createRequire } from 'node:module';
import { type RenderedImage, Resvg } from '@resvg/resvg-js';

export const FONT = 'DejaVu Sans';

const require = createRequire(import.meta.url);
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** Renders an SVG, `zoom` pixels for each of its units. */
export function renderSvg(svg: string, zoom = 1): RenderedImage {
  return new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT, sansSerifFamily: FONT },
    fitTo: { mode: 'zoom', value: zoom },
  }).render();
}

/** One line of text in an image; y is its baseline. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly colour: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** The labels as SVG elements, their text escaped. */
export function labelSvg(labels: readonly Label[]): string {
  return labels
    .map(({ x, y, text, size, colour, bold, anchor }) => {
      const weight = bold ? ' font-weight="bold"' : '';
      return `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}"${weight} text-anchor="${anchor ?? 'start'}">${escapeXml(text)}</text>`;
    })
    .join('');
}

function escapeXml(text: string): string {
  const marked = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no form for them
  return marked.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}

/** Words into lines of at most `most` characters; a longer word stands alone. */
export function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
