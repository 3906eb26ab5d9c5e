/** Loss and validation curves of runs side by side, drawn without a browser. */
import {
  drawChart,
  type EChartsOption,
  heading,
  type LineSeriesOption,
  seriesStyle,
  syntheticMark,
} from '@fsg/plots';

export interface CurveRun {
  readonly label: string;
  /** Each metric's points in order of steps, as `metricHistory` gives them; what is not finite leaves a gap. */
  readonly history: ReadonlyMap<string, readonly { readonly step: number; readonly value: number }[]>;
}

export interface CurveOptions {
  readonly title: string;
  readonly synthetic: boolean;
  /** A column of charts for each, for example stage I and stage II. */
  readonly runs: readonly CurveRun[];
}

interface Panel {
  readonly title: string;
  readonly log: boolean;
  holds(metric: string): boolean;
}

/** The rows of charts, first match first; what no panel holds (learning rate, gradient norms, single levels) is left to the report. */
const PANELS: readonly Panel[] = [
  {
    title: 'training losses (faint: as logged)',
    log: true,
    holds: (metric) => /^train\/[^/]+$/.test(metric) && metric !== 'train/rate',
  },
  { title: 'validation PSNR, dB', log: false, holds: (metric) => /^validation\/.*psnr/.test(metric) },
  {
    title: 'validation SSIM and similarity',
    log: false,
    holds: (metric) => /^validation\/.*(ssim|similarity|iou)/.test(metric),
  },
];

/** Dense series are drawn smoothed over what they are. */
interface Series {
  readonly name: string;
  readonly data: readonly Point[];
}

type Point = readonly [step: number, value: number];

interface Chart extends Panel {
  readonly run: string;
  readonly series: readonly Series[];
  readonly lastStep: number;
}

const CHART = { width: 560, height: 300 } as const;
const HEAD = 44;
/** A series of more points is dense. */
const FEW = 40;
/** Points of a dense series that are drawn, each the mean of its neighbours. */
const MOST = 600;
const SMOOTHING = 0.9;

/** The curves as SVG and as PNG at twice its size; throws where no run has any curve. */
export function curves({ title, synthetic, runs }: CurveOptions): { svg: string; png: Buffer } {
  const rows = PANELS.map((panel) => runs.map((run) => chartOf(panel, run))).filter((charts) =>
    charts.some(({ series }) => series.length > 0),
  );
  if (rows.length === 0) throw new RangeError('no run has a curve to draw');
  const width = CHART.width * runs.length;
  const height = HEAD + CHART.height * rows.length;
  return drawChart({ width, height, option: option(title, synthetic, rows, width) });
}

function chartOf(panel: Panel, { label, history }: CurveRun): Chart {
  const names = [...history.keys()].filter(panel.holds);
  const series = names.map((name) => ({
    name: name.slice(name.indexOf('/') + 1),
    data: (history.get(name) ?? []).flatMap(({ step, value }) =>
      Number.isFinite(value) && (!panel.log || value > 0) ? [[step, value] as const] : [],
    ),
  }));
  const lastStep = [...history.values()].reduce(
    (last, points) => Math.max(last, points.at(-1)?.step ?? 0),
    0,
  );
  return { ...panel, run: label, series: series.filter(({ data }) => data.length > 0), lastStep };
}

function option(
  title: string,
  synthetic: boolean,
  rows: readonly (readonly Chart[])[],
  width: number,
): EChartsOption {
  const shown = rows.flatMap((charts, row) =>
    charts.flatMap((chart, column) => {
      const range = chart.log ? {} : sharedRange(charts);
      return chart.series.length > 0
        ? [{ chart, range, left: column * CHART.width, top: HEAD + row * CHART.height }]
        : [];
    }),
  );
  return {
    title: [
      heading(title, 12, 10, 16),
      ...(synthetic ? [syntheticMark(width)] : []),
      ...shown.map(({ chart, left, top }) => heading(`${chart.run}: ${chart.title}`, left + 12, top + 2, 13)),
    ],
    legend: shown.map(({ chart, left, top }, i) => ({
      data: chart.series.map(({ name }) => ({ name: `${i} ${name}` })),
      formatter: (name: string) => name.slice(name.indexOf(' ') + 1),
      left: left + 60,
      top: top + 22,
      width: CHART.width - 90,
      itemWidth: 30,
      itemHeight: 8,
      itemGap: 12,
      textStyle: { fontSize: 11 },
    })),
    grid: shown.map(({ chart, left, top }) => {
      const legend = 18 * (legendLines(chart) - 1);
      return {
        left: left + 62,
        top: top + 50 + legend,
        width: CHART.width - 90,
        height: CHART.height - 102 - legend,
      };
    }),
    xAxis: shown.map(({ chart }, i) => ({
      type: 'value',
      gridIndex: i,
      name: 'step',
      nameLocation: 'middle',
      nameGap: 24,
      min: 0,
      max: chart.lastStep,
      axisLabel: { fontSize: 11, showMaxLabel: false, formatter: shortNumber },
      splitLine: { show: false },
    })),
    yAxis: shown.map(({ chart, range }, i) => ({
      type: chart.log ? 'log' : 'value',
      gridIndex: i,
      ...range,
      axisLabel: { fontSize: 11, formatter: shortNumber },
      splitLine: { lineStyle: { color: '#e3e6ea' } },
    })),
    series: shown.flatMap(({ chart }, i) => chart.series.flatMap((series, s) => linesOf(series, i, s))),
  };
}

/** One range for all charts of a row, so that they can be compared, its ends on round numbers. */
function sharedRange(charts: readonly Chart[]): { min: number; max: number } {
  const values = charts.flatMap(({ series }) => series.flatMap(({ data }) => data.map(([, value]) => value)));
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const step = 10 ** Math.floor(Math.log10(Math.max(high - low, 1e-3))) / 2;
  return {
    min: Number((Math.floor(low / step) * step).toPrecision(6)),
    max: Number((Math.ceil(high / step) * step).toPrecision(6)),
  };
}

/** Lines that a chart's legend takes, judged by the length of its words. */
const legendLines = ({ series }: Chart): number =>
  Math.ceil(series.reduce((sum, { name }) => sum + 46 + 7 * name.length, 0) / (CHART.width - 90));

function linesOf({ name, data }: Series, chart: number, s: number): LineSeriesOption[] {
  const dense = data.length > FEW;
  const raw = thin(data);
  const { color, dash, mark } = seriesStyle(s);
  const line = (points: readonly Point[], opacity: number, width: number): LineSeriesOption => ({
    type: 'line',
    xAxisIndex: chart,
    yAxisIndex: chart,
    data: points.map(([step, value]) => [step, value]),
    color,
    lineStyle: { width, opacity, type: 'solid' },
    showSymbol: false,
  });
  const drawn = {
    ...line(dense ? smooth(raw) : raw, 1, 1.7),
    name: `${chart} ${name}`,
    showSymbol: !dense,
    symbol: mark,
    symbolSize: 6,
  };
  drawn.lineStyle = { width: 1.7, type: dash };
  return dense ? [line(raw, 0.25, 1), drawn] : [drawn];
}

/** At most MOST points, each the mean of a stretch. */
function thin(data: readonly Point[]): readonly Point[] {
  const stretch = Math.ceil(data.length / MOST);
  if (stretch === 1) return data;
  return Array.from({ length: Math.ceil(data.length / stretch) }, (_, i) => {
    const part = data.slice(i * stretch, (i + 1) * stretch);
    return [0, 1].map(
      (axis) => part.reduce((sum, point) => sum + (point[axis] as number), 0) / part.length,
    ) as [number, number];
  });
}

/** Exponential moving average, freed of its start at 0. */
function smooth(data: readonly Point[]): readonly Point[] {
  let mean = 0;
  let weight = 0;
  return data.map(([step, value]) => {
    mean = SMOOTHING * mean + (1 - SMOOTHING) * value;
    weight = SMOOTHING * weight + (1 - SMOOTHING);
    return [step, mean / weight];
  });
}

/** 12000 → 12k, 0.0001 → 1e-4. */
function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  if (size > 0 && size < 1e-3) return value.toExponential(0);
  return String(Number(value.toPrecision(4)));
}
