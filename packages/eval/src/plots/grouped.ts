/** A metric by groups of the test pictures: lines over bins that have an order, dots for kinds that have none. */
import { drawChart, type EChartsOption, seriesStyle, textWidth, wrap } from '@fsg/plots';
import {
  axisOf,
  countsOf,
  type Estimate,
  groupAxis,
  headOf,
  LINE,
  legendOf,
  MARGIN,
  markOf,
  metricName,
  type Named,
  type Plot,
  type PlotHead,
  type PlotMetric,
  shades,
  TEXT,
  whiskers,
} from './parts.ts';

export interface GroupedPlot extends PlotHead {
  readonly metric: PlotMetric;
  /** What the groups differ in: `share of the picture that is occluded, %`, `kind of occluder`. */
  readonly by: string;
  /** In the order of the legend. */
  readonly methods: readonly Named[];
  /** In the order of the axis; `methods` by their keys, one that is missing leaves a gap. */
  readonly groups: readonly {
    readonly label: string;
    readonly methods: Readonly<Record<string, Estimate>>;
  }[];
}

/** Width of the plotting area, more where many bins need it. */
const AREA = { width: 500, height: 320 } as const;
const BIN = 62;
/** Between the methods' marks of a bin, in parts of it, and of all of them together at most. */
const BESIDE = { step: 0.09, most: 0.62 } as const;
/** Height of a method's mark among those of a kind. */
const ROW = 13;
const KIND_TEXT = 170;

/** Estimates of a method with their places on the groups' axis. */
interface Placed {
  readonly key: string;
  readonly points: readonly { readonly place: number; readonly estimate: Estimate }[];
}

/**
 * A line a method over bins in their order, as those of the occluded share or of |yaw|, with 95 % intervals and the
 * numbers of pictures. Throws a RangeError where there is no bin or no method.
 */
export function metricByBins(options: GroupedPlot): Plot {
  const { metric, by, methods, groups } = checked(options);
  const plotWidth = Math.max(AREA.width, BIN * groups.length);
  const labels = groups.map(({ label, methods: of }) =>
    [...wrap(label, plotWidth / groups.length - 6, TEXT), countsOf(Object.values(of))].join('\n'),
  );
  const left = 72;
  const legend = legendOf(methods, left + plotWidth + 18, 'line');
  const width = left + plotWidth + 18 + legend.width + MARGIN;
  const head = headOf(options, width, [noteOf(options)]);
  const below = LINE * linesOf(labels) + 40;
  const plotHeight = Math.max(AREA.height, legend.height);
  const { labels: ticks, ...bins } = groupAxis(labels);
  const name = axisOf(by, below - 26);
  const series = place(options, BESIDE.step).flatMap(({ key, points }, i): object[] => {
    const { color, dash } = seriesStyle(i);
    return [
      whiskers(intervals(points), color, 'y'),
      {
        type: 'line',
        name: key,
        data: points.map(({ place: x, estimate }) => [x, estimate.value]),
        lineStyle: { color, width: 1.6, type: dash },
        showAllSymbol: true,
        z: 3,
        ...markOf(i, 7),
        ...(i === 0 && { markArea: shades(groups.length, 'xAxis') }),
      },
    ];
  });
  return draw(width, head.height + plotHeight + below, {
    title: head.titles,
    legend: { ...legend.legend, top: head.height + 4 },
    grid: { left, top: head.height, width: plotWidth, height: plotHeight },
    xAxis: { ...name, ...bins, axisLabel: { ...name.axisLabel, ...ticks } },
    yAxis: { type: 'value', scale: true, ...axisOf(sided(metric), 48) },
    series,
  });
}

/**
 * A dot a method for each kind, as those of occluders or of regions of the face, with 95 % intervals and the numbers of
 * pictures. Throws a RangeError where there is no kind or no method.
 */
export function metricByKinds(options: GroupedPlot): Plot {
  const { metric, by, methods, groups } = checked(options);
  const labels = groups.map(({ label, methods: of }) =>
    [...wrap(label, KIND_TEXT, TEXT), countsOf(Object.values(of))].join('\n'),
  );
  const left =
    MARGIN +
    10 +
    Math.max(...labels.flatMap((label) => label.split('\n').map((line) => textWidth(line, TEXT))));
  const legend = legendOf(methods, left + AREA.width + 18, 'mark');
  const width = left + AREA.width + 18 + legend.width + MARGIN;
  const head = headOf(options, width, [`By ${by}. ${noteOf(options)}`]);
  const kindHeight = Math.max(ROW * methods.length + 10, LINE * linesOf(labels) + 6);
  const plotHeight = Math.max(kindHeight * groups.length, legend.height);
  const { labels: ticks, ...kinds } = groupAxis(labels);
  const kindAxis = axisOf('', 0);
  const series = place(options, (ROW * groups.length) / plotHeight).flatMap(
    ({ key, points }, i): object[] => [
      whiskers(intervals(points), seriesStyle(i).color, 'x'),
      {
        type: 'scatter',
        name: key,
        data: points.map(({ place: y, estimate }) => [estimate.value, y]),
        z: 3,
        ...markOf(i, 8),
        ...(i === 0 && { markArea: shades(groups.length, 'yAxis') }),
      },
    ],
  );
  return draw(width, head.height + plotHeight + 50, {
    title: head.titles,
    legend: { ...legend.legend, top: head.height + 4 },
    grid: { left, top: head.height, width: AREA.width, height: plotHeight },
    xAxis: { type: 'value', scale: true, ...axisOf(sided(metric), 28) },
    yAxis: { ...kindAxis, ...kinds, inverse: true, axisLabel: { ...kindAxis.axisLabel, ...ticks } },
    series,
  });
}

function noteOf({ groups }: GroupedPlot): string {
  const any = groups.some(({ methods }) => Object.values(methods).some(({ value }) => value !== null));
  return any ? 'Bars: 95 % intervals; n: pictures.' : 'There is no value.';
}

const sided = (metric: PlotMetric): string => `${metricName(metric)} (${metric.better} is better)`;

const draw = (width: number, height: number, option: EChartsOption): Plot =>
  drawChart({ width: Math.ceil(width), height: Math.ceil(height), option });

const linesOf = (labels: readonly string[]): number =>
  Math.max(...labels.map((label) => label.split('\n').length));

function checked(options: GroupedPlot): GroupedPlot {
  if (options.groups.length === 0 || options.methods.length === 0)
    throw new RangeError(
      `no ${options.groups.length === 0 ? 'group' : 'method'} to plot ${options.metric.label} of`,
    );
  return options;
}

/** The methods' marks side by side within each group, `step` apart, in parts of it. */
function place({ methods, groups }: GroupedPlot, step: number): Placed[] {
  const apart = Math.min(step, BESIDE.most / methods.length);
  return methods.map(({ key }, i) => ({
    key,
    points: groups.map(({ methods: of }, group) => ({
      place: group + (i - (methods.length - 1) / 2) * apart,
      estimate: of[key] ?? { value: null, low: null, high: null, n: 0 },
    })),
  }));
}

/** Those that have one. */
const intervals = (points: Placed['points']) =>
  points.flatMap(({ place: at, estimate: { value, low, high } }) =>
    value === null || low === null || high === null ? [] : [[at, low, high] as const],
  );
