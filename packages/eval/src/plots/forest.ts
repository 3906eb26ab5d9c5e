/** Differences with their intervals, one below the other: a forest plot. */
import { drawChart, type EChartsOption, INK, QUIET, textWidth, wrap } from '@fsg/plots';
import {
  axisOf,
  type Estimate,
  groupAxis,
  headOf,
  LINE,
  MARGIN,
  metricName,
  type Plot,
  type PlotHead,
  type PlotMetric,
  shades,
  TEXT,
  whiskers,
} from './parts.ts';

export interface ForestPlot extends PlotHead {
  readonly metric: PlotMetric;
  /** What each row is compared with: `full model`. */
  readonly reference: string;
  /** From top to bottom: row minus reference. A row without a value keeps its place. */
  readonly rows: readonly ({ readonly label: string } & Estimate)[];
}

const AREA = 420;
const ROW_TEXT = 220;

/**
 * Filled squares where the interval leaves out 0, hollow ones where it holds 0 or is not known; the figures stand at
 * the right. Throws a RangeError where there is no row.
 */
export function forestPlot(options: ForestPlot): Plot {
  const { metric, reference, rows } = options;
  if (rows.length === 0) throw new RangeError(`no row to plot differences in ${metric.label} of`);
  const labels = rows.map(({ label }) => wrap(label, ROW_TEXT, TEXT).join('\n'));
  const figures = rows.map((row) => figureOf(row, metric.digits));
  const widest = (texts: readonly string[]): number =>
    Math.max(...texts.flatMap((text) => text.split('\n').map((line) => textWidth(line, TEXT))));
  const left = MARGIN + widest(labels) + 12;
  const width = left + AREA + widest(figures) + 12 + MARGIN;
  const head = headOf(options, width, [
    `Difference from ${reference}, with intervals of 95 % for all together. Filled: the interval leaves out 0.`,
  ]);
  const rowHeight = Math.max(26, 8 + LINE * Math.max(...labels.map((label) => label.split('\n').length)));
  const height = rowHeight * rows.length;
  const name = axisOf(`difference in ${metricName(metric)} (${metric.better} is better)`, 28);
  const option: EChartsOption = {
    title: head.titles,
    grid: { left, top: head.height, width: AREA, height },
    xAxis: { type: 'value', scale: true, ...name, axisLabel: { ...name.axisLabel, formatter: minus } },
    yAxis: [sideAxis(labels, 'left'), sideAxis(figures, 'right')],
    series: seriesOf(rows),
  };
  return drawChart({ width, height: head.height + height + 50, option });
}

function sideAxis(texts: readonly string[], position: 'left' | 'right') {
  const { labels, ...axis } = groupAxis(texts);
  const { axisLabel, ...rest } = axisOf('', 0);
  return { ...rest, ...axis, position, inverse: true, axisLabel: { ...axisLabel, ...labels } };
}

function seriesOf(rows: ForestPlot['rows']): object[] {
  const bars = rows.flatMap(({ value, low, high }, i) =>
    value === null || low === null || high === null ? [] : [[i, low, high] as const],
  );
  const zero = {
    silent: true,
    symbol: 'none',
    label: { show: false },
    lineStyle: { color: QUIET, type: [4, 3], width: 1.2 },
    data: [{ xAxis: 0 }],
  };
  return [
    whiskers(bars, INK, 'x'),
    {
      type: 'scatter',
      symbol: 'rect',
      symbolSize: 8,
      z: 3,
      data: rows.map((row, i) => ({
        value: [row.value, i],
        itemStyle: {
          color: leavesOutZero(row) ? INK : '#ffffff',
          borderColor: INK,
          borderWidth: 1.6,
          opacity: 1,
        },
      })),
      markLine: zero,
      markArea: shades(rows.length, 'yAxis'),
    },
    // Not seen: the axis of the figures needs a series, and the axis of the values room at both ends.
    { type: 'scatter', yAxisIndex: 1, symbolSize: 0, data: rangeOf(rows).map((value) => [value, 0]) },
  ];
}

/** From below all values, their intervals and 0 to above them. */
function rangeOf(rows: readonly Estimate[]): [number, number] {
  const ends = rows.flatMap(({ value, low, high }) => [value, low, high].filter((end) => end !== null));
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const room = 0.05 * (most - least) || 1;
  return [least - room, most + room];
}

const leavesOutZero = ({ low, high }: Estimate): boolean =>
  low !== null && high !== null && (low > 0 || high < 0);

/** With the sign that the figures have. */
const minus = (value: number): string => String(value).replace('-', '−');

/** `+0.52 [+0.31, +0.74]` */
function figureOf({ value, low, high }: Estimate, digits: number): string {
  const signed = (x: number): string => {
    const text = Math.abs(x).toFixed(digits);
    if (Number(text) === 0) return text;
    return `${x < 0 ? '−' : '+'}${text}`;
  };
  if (value === null) return 'no value';
  if (low === null || high === null) return `${signed(value)} [no interval]`;
  return `${signed(value)} [${signed(low)}, ${signed(high)}]`;
}
