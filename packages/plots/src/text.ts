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

/** Mean width of a character of the font in parts of its size, wide enough for most texts. */
const CHARACTER = { plain: 0.6, bold: 0.64 } as const;

/** Room that a line of text takes in units of its size, judged by its length. */
export const textWidth = (text: string, size: number, weight: keyof typeof CHARACTER = 'plain'): number =>
  Math.ceil(CHARACTER[weight] * size * text.length);

/** Words into lines that take at most `width`; a word that is wider is cut. */
export function wrap(
  text: string,
  width: number,
  size: number,
  weight: keyof typeof CHARACTER = 'plain',
): string[] {
  const most = Math.max(1, Math.floor(width / (CHARACTER[weight] * size)));
  const pieces = text.split(' ').flatMap((word) => {
    const count = Math.max(1, Math.ceil(word.length / most));
    return Array.from({ length: count }, (_, i) => word.slice(i * most, (i + 1) * most));
  });
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + piece.length <= most)
      lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines;
}
