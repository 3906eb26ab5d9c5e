/** What each panel of the statistics' figure shows, as parts of ECharts' options. */
import { COLOURS, DASHES, INK } from '@fsg/plots';
import { REGIONS } from '../regions.ts';
import { SPLITS } from '../split.ts';
import { ANGLES, type DataStats } from './stats.ts';

/** Part of ECharts' options. */
export type Options = Readonly<Record<string, unknown>>;

export interface Panel {
  readonly title: string;
  /** Room left of the axis for its labels. */
  readonly labels: number;
  readonly x: Options;
  readonly y: Options;
  readonly series: readonly Options[];
  /** Names of the series, where there are several. */
  readonly legend?: readonly string[];
}

export const panelsOf = (stats: DataStats): readonly Panel[] => [
  areaPanel(stats),
  regionPanel(stats),
  posePanel(stats),
  kindPanel(stats),
  peoplePanel(stats),
  sidePanel(stats),
];

const FILL = '#b9d3e6';
const BAR = { color: FILL, borderColor: INK, borderWidth: 1 };
const HATCHED = {
  symbol: 'line',
  rotation: -Math.PI / 4,
  dashArrayX: [1, 0],
  dashArrayY: [2, 4],
  color: INK,
};
const LABEL = { show: true, color: INK, fontSize: 11 };
/** More words under an axis stand aslant. */
const MOST_LEVEL = 5;
const count = { type: 'value', minInterval: 1 };
const percent = { type: 'value', name: '%', min: 0 };
const names = (data: readonly string[]): Options => ({ type: 'category', data: [...data], inverse: true });

/** 0.1234 → 12.3 */
const hundred = (share: number | undefined): number => Math.round(1000 * (share ?? 0)) / 10;

function areaPanel({ area }: DataStats): Panel {
  const rows: [string, DataStats['area']['all']][] = [...Object.entries(area.kinds), ['all', area.all]];
  return {
    title: 'occluded share of the face',
    labels: 92,
    x: { ...percent, name: '% (box: quartiles, whiskers: 5 % and 95 %)' },
    y: names(rows.map(([kind]) => kind)),
    series: [
      {
        type: 'boxplot',
        boxWidth: [6, 22],
        itemStyle: { ...BAR, borderWidth: 1.5 },
        data: rows.map(([, d]) => (d ? [d.p5, d.p25, d.median, d.p75, d.p95].map(hundred) : [])),
      },
    ],
  };
}

function regionPanel({ regions, kinds }: DataStats): Panel {
  const columns = [...Object.keys(kinds), 'all'];
  const rotate = columns.length > MOST_LEVEL ? 35 : 0;
  const data = REGIONS.flatMap((region, row) =>
    columns.map((kind, column) => {
      const { all, kinds: of } = regions[region];
      return [column, row, Math.round(100 * ((kind === 'all' ? all : of[kind])?.mean ?? 0))];
    }),
  );
  return {
    title: 'mean part of each region that is covered, %',
    labels: 72,
    x: { type: 'category', data: columns, axisLabel: { interval: 0, rotate, fontSize: 11, color: INK } },
    y: names(REGIONS),
    series: [{ type: 'heatmap', data, label: LABEL, itemStyle: { borderColor: '#ffffff', borderWidth: 1 } }],
  };
}

function posePanel({ pose, samples }: DataStats): Panel {
  return {
    title: 'pose',
    labels: 52,
    x: { type: 'value', name: 'degrees', min: 'dataMin', max: 'dataMax' },
    y: { ...percent, name: '% of samples' },
    legend: ANGLES,
    series: ANGLES.map((angle, i) => {
      const { from, step, counts } = pose[angle].histogram;
      const ends = [[from, 0], ...counts.map((n, k) => [from + k * step, hundred(n / samples)])];
      return {
        type: 'line',
        name: angle,
        step: 'end',
        data: [...ends, [from + counts.length * step, 0]],
        color: COLOURS[i],
        lineStyle: { width: 2, type: DASHES[i] },
        symbol: 'none',
      };
    }),
  };
}

function kindPanel({ kinds }: DataStats): Panel {
  const label = { ...LABEL, position: 'right' };
  return {
    title: 'kinds of occluder',
    labels: 92,
    x: { ...count, name: 'samples' },
    y: names(Object.keys(kinds)),
    series: [{ type: 'bar', data: Object.values(kinds), itemStyle: BAR, barMaxWidth: 22, label }],
  };
}

function peoplePanel({ identities: { people } }: DataStats): Panel {
  return {
    title: 'samples a person',
    labels: 62,
    x: { type: 'category', data: Object.keys(people), name: 'samples' },
    y: { ...count, name: 'people' },
    series: [{ type: 'bar', data: Object.values(people), itemStyle: BAR, barMaxWidth: 40 }],
  };
}

function sidePanel({ splits }: DataStats): Panel {
  const bars = (what: 'samples' | 'identities', name: string, itemStyle: Options): Options => ({
    type: 'bar',
    name,
    data: SPLITS.map((split) => splits[split][what]),
    itemStyle,
    barMaxWidth: 40,
    label: { ...LABEL, position: 'top' },
  });
  return {
    title: 'sides',
    labels: 62,
    x: { type: 'category', data: [...SPLITS] },
    y: count,
    legend: ['samples', 'people'],
    series: [
      bars('samples', 'samples', BAR),
      bars('identities', 'people', { ...BAR, color: '#ffffff', decal: HATCHED }),
    ],
  };
}
