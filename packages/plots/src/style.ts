/** How charts look: whatever a colour tells apart, a dash, a mark or a hatching tells apart too. */

/** Told apart by the colour-blind (Okabe and Ito). */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'] as const;
export const DASHES: readonly ('solid' | number[])[] = ['solid', [7, 4], [2, 3], [9, 3, 2, 3]];
const MARKS = ['circle', 'rect', 'triangle', 'diamond'] as const;

export interface SeriesStyle {
  readonly color: string;
  readonly dash: 'solid' | number[];
  /** ECharts' name of the symbol; one that begins with `empty` is drawn hollow. */
  readonly mark: string;
}

/** How the series of this number is drawn; no two of the first 16 have both dash and mark in common. */
export function seriesStyle(i: number): SeriesStyle {
  const round = Math.floor(i / MARKS.length);
  const mark = MARKS[i % MARKS.length] as string;
  return {
    color: COLOURS[i % COLOURS.length] as string,
    dash: DASHES[(i + round) % DASHES.length] as 'solid' | number[],
    mark: round % 2 === 0 ? mark : `empty${mark[0]?.toUpperCase()}${mark.slice(1)}`,
  };
}

export const INK = '#1c2127';
export const QUIET = '#59626d';
/** Of the word SYNTHETIC. */
export const ALERT = '#9a3412';
