/** The curves of a run, sorted into charts. */
import type { Point } from '@fsg/runs';

export interface Series {
  readonly name: string;
  readonly steps: readonly number[];
  /** Null where the value is not finite. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly title: string;
  /** Values of single batches: drawn smoothed, on a logarithmic axis. */
  readonly noisy: boolean;
  readonly series: readonly Series[];
}

/** The last and the extreme values of a metric, with their steps. */
export interface Figures {
  readonly metric: string;
  readonly last: Point;
  readonly least: Point;
  readonly most: Point;
}

interface Kind {
  readonly title: string;
  readonly noisy: boolean;
  holds(metric: string): boolean;
}

/** In the order of the page; the first that holds a metric takes it. */
const KINDS: readonly Kind[] = [
  { title: 'Learning rate', noisy: false, holds: (metric) => metric === 'train/rate' },
  { title: 'Gradient norms', noisy: true, holds: (metric) => metric.startsWith('train/gradient/') },
  { title: 'Losses by level', noisy: true, holds: (metric) => /^train\/.+\//.test(metric) },
  { title: 'Training losses', noisy: true, holds: (metric) => metric.startsWith('train/') },
  { title: 'Validation PSNR, dB', noisy: false, holds: (metric) => /^validation\/.*psnr/.test(metric) },
  { title: 'Validation', noisy: false, holds: (metric) => metric.startsWith('validation/') },
  { title: 'Other', noisy: false, holds: () => true },
];
const ORDER = [
  'Training losses',
  'Validation PSNR, dB',
  'Validation',
  'Losses by level',
  'Gradient norms',
  'Learning rate',
  'Other',
];

/** Points of a series at most; of a longer one each stretch keeps its least and its greatest value. */
const MOST_POINTS = 1200;

export function chartsOf(history: ReadonlyMap<string, readonly Point[]>): Chart[] {
  const charts = new Map<Kind, Series[]>();
  for (const [metric, points] of history) {
    const kind = KINDS.find(({ holds }) => holds(metric)) as Kind;
    const shown = thin(points);
    const series = {
      name: metric.replace(/^(train|validation)\/(gradient\/)?/, ''),
      steps: shown.map(({ step }) => step),
      values: shown.map(({ value }) => (Number.isFinite(value) ? value : null)),
    };
    charts.set(kind, [...(charts.get(kind) ?? []), series]);
  }
  return [...charts]
    .map(([{ title, noisy }, series]) => ({ title, noisy, series }))
    .sort((a, b) => ORDER.indexOf(a.title) - ORDER.indexOf(b.title));
}

function thin(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST_POINTS) return points;
  const stretch = Math.ceil((2 * points.length) / MOST_POINTS);
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += stretch) {
    const part = points.slice(start, start + stretch);
    const ends = [extreme(part, -1), extreme(part, 1)];
    kept.push(...part.filter((point) => ends.includes(point)));
  }
  return kept;
}

/** The point of the greatest value (sign 1) or the least (sign -1), the first of several; values that are no number pass. */
function extreme(points: readonly Point[], sign: 1 | -1): Point {
  return points.reduce((best, point) =>
    Number.isNaN(best.value) || sign * point.value > sign * best.value ? point : best,
  );
}

export function figuresOf(history: ReadonlyMap<string, readonly Point[]>): Figures[] {
  return [...history].map(([metric, points]) => ({
    metric,
    last: points.at(-1) as Point,
    least: extreme(points, -1),
    most: extreme(points, 1),
  }));
}
