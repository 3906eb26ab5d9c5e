/** ROC curves of verification: how many genuine pairs are accepted for how many impostors. */
import { drawChart, type EChartsOption, QUIET, seriesStyle } from '@fsg/plots';
import { axisOf, headOf, legendOf, MARGIN, markOf, type Named, type Plot, type PlotHead } from './parts.ts';

/** At the rate `far` of impostor pairs accepted, the rate `tar` of genuine pairs that are; both 0 to 1. */
export interface RocPoint {
  readonly far: number;
  readonly tar: number;
}

export interface RocPlot extends PlotHead {
  readonly pairs: { readonly genuine: number; readonly impostor: number };
  /** What the faces of the pairs are, for example clean, occluded, restored; points in rising order of both rates. */
  readonly conditions: readonly (Named & { readonly points: readonly RocPoint[] })[];
}

const SIDE = 400;
const LEFT = 66;
/** Points of a curve in a decade of FAR at most: closer ones share a pixel. */
const A_DECADE = 250;
const CHANCE = 'chance';
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * A stepped line a condition over a logarithmic axis that begins below one impostor pair in all, marked at each decade
 * that the pairs resolve, with the line of chance. Throws a RangeError where there is no pair or no condition.
 */
export function rocPlot(options: RocPlot): Plot {
  const { conditions, pairs } = options;
  if (conditions.length === 0) throw new RangeError('no condition to plot a ROC curve of');
  if (!(pairs.genuine > 0 && pairs.impostor > 0)) {
    throw new RangeError(`a ROC curve of ${pairs.genuine} genuine and ${pairs.impostor} impostor pairs`);
  }
  const decades = decadesOf(pairs.impostor);
  const left = LEFT + SIDE + 18;
  const legend = legendOf([...conditions, { key: CHANCE, label: 'chance' }], left, 'line');
  const width = Math.max(left + legend.width + MARGIN, 560);
  const count = (n: number): string => n.toLocaleString('en');
  const title = `${options.title}: ${count(pairs.genuine)} genuine, ${count(pairs.impostor)} impostor pairs`;
  const head = headOf({ ...options, title }, width);
  const height = Math.max(SIDE, legend.height);
  const option: EChartsOption = {
    title: head.titles,
    legend: { ...legend.legend, top: head.height + 4 },
    grid: { left: LEFT, top: head.height, width: SIDE, height },
    xAxis: { type: 'log', min: 10 ** -decades, max: 1, ...powers() },
    yAxis: { type: 'value', min: 0, max: 1, ...axisOf('true accept rate (genuine pairs)', 42) },
    series: [...conditions.flatMap((condition, i) => curveOf(condition, i, pairs.impostor)), chance(decades)],
  };
  return drawChart({ width, height: head.height + height + 54, option });
}

/** Of the axis. */
const decadesOf = (impostors: number): number => Math.max(1, Math.ceil(Math.log10(impostors)));

function powers() {
  const axis = axisOf('false accept rate (impostor pairs)', 30);
  const formatter = (rate: number): string => {
    const power = Math.round(-Math.log10(rate));
    return power === 0 ? '1' : `10⁻${[...String(power)].map((digit) => RAISED[Number(digit)]).join('')}`;
  };
  return { ...axis, axisLabel: { ...axis.axisLabel, formatter } };
}

function curveOf({ key, points }: RocPlot['conditions'][number], i: number, impostors: number): object[] {
  const { color, dash } = seriesStyle(i);
  const first = 10 ** -decadesOf(impostors);
  /** The rate of genuine pairs at the last point up to a FAR. */
  const at = (far: number): number => points.findLast((point) => point.far <= far)?.tar ?? 0;
  const shown = points.length === 0 ? [] : [[first, at(first)], ...thinned(points, first), [1, at(1)]];
  const resolved = Math.floor(Math.log10(impostors));
  const marks = points.length === 0 ? [] : Array.from({ length: resolved }, (_, k) => 10 ** (k - resolved));
  return [
    {
      type: 'line',
      name: key,
      data: shown,
      step: 'end',
      showSymbol: false,
      lineStyle: { color, width: 1.7, type: dash },
      ...markOf(i, 8),
    },
    { type: 'scatter', data: marks.map((far) => [far, at(far)]), z: 3, ...markOf(i, 8) },
  ];
}

/** Of points that share a pixel the last, all right of `first`. */
function thinned(points: readonly RocPoint[], first: number): [number, number][] {
  const kept = new Map<number, [number, number]>();
  for (const { far, tar } of points) {
    if (far > first) kept.set(Math.round(A_DECADE * Math.log10(far)), [far, tar]);
  }
  return [...kept.values()];
}

/** Where a recogniser that guesses would be: both rates alike. */
const chance = (decades: number): object => ({
  type: 'line',
  name: CHANCE,
  data: Array.from({ length: 20 * decades + 1 }, (_, k) => [
    10 ** (k / 20 - decades),
    10 ** (k / 20 - decades),
  ]),
  symbol: 'none',
  lineStyle: { color: QUIET, width: 1, type: [1, 3] },
  // Its legend would show a mark.
  itemStyle: { opacity: 0 },
});
