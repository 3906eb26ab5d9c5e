/** What the plots of results have in common: title, legend, axes and the bars of intervals. */
import {
  type CustomSeriesOption,
  heading,
  INK,
  QUIET,
  seriesStyle,
  syntheticMark,
  textWidth,
  wrap,
} from '@fsg/plots';

/** A mean with its 95 % interval; what is null leaves a gap. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Values averaged. */
  readonly n: number;
}

/** The part of a metric's card that a plot shows. */
export interface PlotMetric {
  readonly label: string;
  readonly unit: string | null;
  readonly better: 'higher' | 'lower';
  /** Decimals of printed figures. */
  readonly digits: number;
}

export interface PlotHead {
  readonly title: string;
  /** True where the people shown are not real. */
  readonly synthetic: boolean;
}

export interface Plot {
  readonly svg: string;
  /** At twice the size of the SVG. */
  readonly png: Buffer;
}

export interface Named {
  readonly key: string;
  readonly label: string;
}

export const TEXT = 11;
/** Height of a line of text, and of one in a legend with the gap after it. */
export const LINE = 14;
const LEGEND_GAP = 8;
/** Widths of a legend's pieces of line and of its marks. */
const ICONS = { line: 34, mark: 11 } as const;
const LEGEND_TEXT = 190;
export const MARGIN = 14;
const TITLE = 15;
/** Kept free for the word SYNTHETIC. */
const MARK_WIDTH = 124;
export const LINES = '#e3e6ea';
/** Behind every other group. */
export const SHADE = '#f3f5f7';
const CAP = 3;

/** `PSNR in the hole, dB` */
export const metricName = ({ label, unit }: PlotMetric): string => (unit ? `${label}, ${unit}` : label);

/** The title in as many lines as it takes, with lines in plain type under it, and the height of all. */
export function headOf({ title, synthetic }: PlotHead, width: number, under: readonly string[] = []) {
  const room = width - 2 * MARGIN - (synthetic ? MARK_WIDTH : 0);
  const lines = wrap(title, room, TITLE, 'bold');
  const small = under.flatMap((text) => wrap(text, width - 2 * MARGIN, TEXT));
  const first = { ...heading(lines.join('\n'), MARGIN - 5, 7, TITLE) };
  const second = heading(small.join('\n'), MARGIN - 5, 10 + 20 * lines.length, TEXT, QUIET);
  return {
    titles: [
      { ...first, textStyle: { ...first.textStyle, lineHeight: 20 } },
      ...(synthetic ? [syntheticMark(width)] : []),
      { ...second, textStyle: { ...second.textStyle, lineHeight: LINE, fontWeight: 'normal' as const } },
    ],
    height: 26 + 20 * lines.length + LINE * small.length,
  };
}

/** A legend with a line for each name, right of the chart, and the room it takes. */
export function legendOf(named: readonly Named[], left: number, icon: keyof typeof ICONS) {
  const labels = new Map(named.map(({ key, label }) => [key, wrap(label, LEGEND_TEXT, TEXT)]));
  const lines = [...labels.values()];
  return {
    legend: {
      orient: 'vertical' as const,
      data: named.map(({ key }) => key),
      formatter: (key: string) => labels.get(key)?.join('\n') ?? key,
      left,
      // High enough that nothing moves to another column.
      height: 10_000,
      padding: 0,
      itemWidth: ICONS[icon],
      itemHeight: 9,
      itemGap: LEGEND_GAP,
      textStyle: { fontSize: TEXT, lineHeight: LINE, color: INK },
    },
    width: ICONS[icon] + 12 + Math.max(...lines.flat().map((text) => textWidth(text, TEXT))),
    height: lines.reduce((sum, { length }) => sum + LINE * length + LEGEND_GAP, 0),
  };
}

/** Labels, name and rulings as all plots have them. */
export const axisOf = (name: string, nameGap: number) => ({
  name,
  nameGap,
  nameLocation: 'middle' as const,
  nameTextStyle: { fontSize: TEXT + 1, color: INK },
  axisLabel: { fontSize: TEXT, color: INK, lineHeight: LINE },
  axisTick: { show: false },
  axisLine: { show: true, onZero: false, lineStyle: { color: QUIET } },
  splitLine: { lineStyle: { color: LINES } },
});

/** An axis with a label at each whole number from 0 and room for half a group on both sides. */
export const groupAxis = (labels: readonly string[]) => {
  const places = labels.map((_, i) => i);
  return {
    type: 'value' as const,
    min: -0.5,
    max: labels.length - 0.5,
    splitLine: { show: false },
    labels: { customValues: places, formatter: (place: number) => labels[place] ?? '' },
  };
};

/** A shade behind every other group, for the `markArea` of a series. */
export const shades = (groups: number, axis: 'xAxis' | 'yAxis') => ({
  silent: true,
  // Below the rulings.
  z: -1,
  itemStyle: { color: SHADE },
  data: Array.from({ length: Math.floor(groups / 2) }, (_, i): [object, object] => [
    { [axis]: 2 * i + 0.5 },
    { [axis]: 2 * i + 1.5 },
  ]),
});

/** A whisker from low to high with caps for each interval, at its place on the groups' axis. */
export function whiskers(
  bars: readonly (readonly [place: number, low: number, high: number])[],
  color: string,
  along: 'x' | 'y',
): CustomSeriesOption {
  return {
    type: 'custom',
    data: bars.map((bar) => [...bar]),
    encode: along === 'y' ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
    silent: true,
    z: 2,
    renderItem: (_, api) => {
      const [place, low, high] = [0, 1, 2].map((d) => api.value(d) as number) as [number, number, number];
      const end = (value: number) => api.coord(along === 'y' ? [place, value] : [value, place]);
      const [[x1, y1], [x2, y2]] = [end(low), end(high)] as [[number, number], [number, number]];
      const [dx, dy] = along === 'y' ? [CAP, 0] : [0, CAP];
      const line = (a: number, b: number, c: number, d: number) => ({
        type: 'line' as const,
        shape: { x1: a, y1: b, x2: c, y2: d },
        style: { stroke: color, lineWidth: 1.3 },
      });
      return {
        type: 'group',
        children: [
          line(x1, y1, x2, y2),
          line(x1 - dx, y1 - dy, x1 + dx, y1 + dy),
          line(x2 - dx, y2 - dy, x2 + dx, y2 + dy),
        ],
      };
    },
  };
}

/** Marks of a series: hollow ones white inside. */
export function markOf(i: number, size: number) {
  const { mark, color } = seriesStyle(i);
  const hollow = mark.startsWith('empty');
  return {
    symbol: hollow ? `${mark[5]?.toLowerCase()}${mark.slice(6)}` : mark,
    symbolSize: size,
    itemStyle: { color: hollow ? '#ffffff' : color, borderColor: color, borderWidth: 1.6, opacity: 1 },
  };
}

/** `n = 12`, or `n = 9–12` where not all have the same number of values. */
export function countsOf(estimates: readonly (Estimate | undefined)[]): string {
  const counts = estimates.flatMap((one) => (one && one.value !== null ? [one.n] : []));
  if (counts.length === 0) return 'n = 0';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `n = ${most}` : `n = ${least}–${most}`;
}
