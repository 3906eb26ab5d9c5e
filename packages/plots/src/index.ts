export type { CustomSeriesOption, EChartsOption, LineSeriesOption } from 'echarts';
export { type ChartOptions, drawChart, heading, syntheticMark } from './chart.ts';
export { type GridOptions, type GridRow, imageGrid } from './grid.ts';
export { drawOver } from './over.ts';
export type { Picture } from './picture.ts';
export { COLOURS, DASHES, INK, QUIET, type SeriesStyle, seriesStyle } from './style.ts';
export { textWidth, wrap } from './text.ts';
