/** Pictures in rows and columns with labels, as one PNG whose pictures keep their exact pixels. */
import sharp from 'sharp';
import { drawOver } from './over.ts';
import type { Picture } from './picture.ts';
import { ALERT, INK, QUIET } from './style.ts';
import { type Label, labelSvg, textWidth, wrap } from './text.ts';

export interface GridRow {
  /** Lines of text left of the pictures. */
  readonly caption: readonly string[];
  readonly images: readonly Picture[];
}

export interface GridOptions {
  readonly title: string;
  /** Marks the grid where the people shown are not real. */
  readonly synthetic: boolean;
  /** A heading for each picture of a row. */
  readonly columns: readonly string[];
  /** Columns that stand closer to each other than to the next ones; left out: all. */
  readonly group?: number;
  /** At least one row; all pictures have the same size. */
  readonly rows: readonly GridRow[];
  /** A line under the grid. */
  readonly note?: string;
  /** A colour scale under the grid, colours from left to right. */
  readonly scale?: { readonly label: string; readonly colours: Picture };
}

const GAP = 4;
/** Between groups of columns, beside the gap between pictures. */
const GROUP_GAP = 12;
const MARGIN = 10;
const TITLE = 28;
const LINE = 14;
const TEXT = 11;

/** Where everything stands, in pixels. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly headings: readonly (readonly string[])[];
  readonly cell: { readonly width: number; readonly height: number };
  left(column: number): number;
  top(row: number): number;
}

/** Draws the grid: a PNG as wide as its captions and columns need, pictures pixel for pixel. */
export async function imageGrid(options: GridOptions): Promise<Buffer> {
  const layout = arrange(options);
  const { width, height } = layout;
  const canvas = new Uint8Array(width * height * 3).fill(255);
  options.rows.forEach(({ images }, row) => {
    images.forEach((image, column) => {
      paste(canvas, width, image, layout.left(column), layout.top(row));
    });
  });
  const foot = layout.top(options.rows.length);
  if (options.scale) paste(canvas, width, options.scale.colours, layout.left(0), foot + GAP);
  drawOver({ width, height, data: canvas }, labelSvg(labelsOf(options, layout, foot)));
  return sharp(canvas, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

function arrange({ columns, group = columns.length, rows, note, scale }: GridOptions): Layout {
  const cell = rows[0]?.images[0];
  if (!cell) throw new RangeError('a grid of no pictures was asked for');
  for (const { images } of rows) {
    if (images.length !== columns.length) {
      throw new RangeError(`a row of ${images.length} pictures under ${columns.length} headings`);
    }
    const other = images.find((image) => image.width !== cell.width || image.height !== cell.height);
    if (other) {
      throw new RangeError(
        `a picture of ${other.width} x ${other.height} in a grid of ${cell.width} x ${cell.height}`,
      );
    }
  }
  const headings = columns.map((text) => wrap(text, cell.width, TEXT));
  const start = TITLE + LINE * Math.max(...headings.map((lines) => lines.length)) + GAP;
  const step = Math.max(cell.height, LINE * Math.max(...rows.map(({ caption }) => caption.length))) + GAP;
  const captions = [...rows.flatMap(({ caption }) => caption), scale?.label ?? ''];
  const captionWidth = Math.max(...captions.map((text) => textWidth(text, TEXT))) + 2 * GAP;
  const left = (column: number): number =>
    MARGIN + captionWidth + column * (cell.width + GAP) + Math.floor(column / group) * GROUP_GAP;
  const top = (row: number): number => start + row * step;
  return {
    width: left(columns.length - 1) + cell.width + MARGIN,
    height: top(rows.length) + (note || scale ? 2 * LINE : 0) + MARGIN - GAP,
    headings,
    cell,
    left,
    top,
  };
}

function labelsOf(
  { title, synthetic, rows, note, scale }: GridOptions,
  layout: Layout,
  foot: number,
): Label[] {
  const { headings, cell, left, top, width } = layout;
  const headingEnd = top(0) - GAP - 2;
  return [
    { x: MARGIN, y: 19, text: title, size: 14, colour: INK, bold: true },
    ...(synthetic
      ? [
          {
            x: width - MARGIN,
            y: 19,
            text: 'SYNTHETIC',
            size: 12,
            colour: ALERT,
            bold: true,
            anchor: 'end' as const,
          },
        ]
      : []),
    ...headings.flatMap((lines, column) =>
      lines.map((text, i) => ({
        x: left(column) + cell.width / 2,
        y: headingEnd - LINE * (lines.length - 1 - i),
        text,
        size: TEXT,
        colour: INK,
        anchor: 'middle' as const,
      })),
    ),
    ...rows.flatMap(({ caption }, row) =>
      caption.map((text, i) => ({
        x: MARGIN,
        y: top(row) + TEXT + LINE * i,
        text,
        size: TEXT,
        colour: i === 0 ? INK : QUIET,
        bold: i === 0,
      })),
    ),
    ...(note
      ? [
          {
            x: scale ? left(0) + scale.colours.width + 8 : MARGIN,
            y: foot + LINE,
            text: note,
            size: TEXT,
            colour: QUIET,
          },
        ]
      : []),
    ...(scale ? [{ x: MARGIN, y: foot + LINE, text: scale.label, size: TEXT, colour: QUIET }] : []),
  ];
}

function paste(canvas: Uint8Array, width: number, image: Picture, left: number, top: number): void {
  const line = 3 * image.width;
  for (let y = 0; y < image.height; y++) {
    canvas.set(image.data.subarray(y * line, (y + 1) * line), 3 * ((top + y) * width + left));
  }
}
