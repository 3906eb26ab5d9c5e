/** How charts look: whatever a colour tells apart, a dash, a mark or a hatching tells apart too. */

/** Told apart by the colour-blind (Okabe and Ito). */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'] as const;
export const DASHES: readonly ('solid' | number[])[] = ['solid', [7, 4], [2, 3], [9, 3, 2, 3]];
export const MARKS = ['circle', 'rect', 'triangle', 'diamond'] as const;

export const INK = '#1c2127';
export const QUIET = '#59626d';
/** Of the word SYNTHETIC. */
export const ALERT = '#9a3412';
