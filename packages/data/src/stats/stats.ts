/** What a data set, or the data of a recipe, consists of. */
import { type DataConfig, openData } from '../config.ts';
import { REGIONS, type Region } from '../regions.ts';
import { SPLITS, type Split } from '../split.ts';
import { refuseTooMany, type Unusable } from '../unusable.ts';
import { chunks, inThreads, type ThreadOptions } from '../workers/threads.ts';
import { type Distribution, distributionOf, type Histogram, histogramOf } from './distribution.ts';
import type { Measured } from './measure.ts';

/** Values of all samples, and by kind of occluder. */
export interface ByKind {
  readonly all: Distribution | null;
  readonly kinds: Readonly<Record<string, Distribution | null>>;
}

export const ANGLES = ['yaw', 'pitch', 'roll'] as const;
export type Angle = (typeof ANGLES)[number];

export interface DataStats {
  readonly source: string;
  /** True where no real person is shown. */
  readonly synthetic: boolean;
  readonly samples: number;
  /** Inputs that show no usable face. */
  readonly setAside: readonly Unusable[];
  /** Samples of each kind of occluder. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Share of the hull of the landmarks that is occluded, 0 to 1. */
  readonly area: ByKind & { readonly histogram: Histogram };
  /** Degrees. */
  readonly pose: Readonly<
    Record<Angle, { readonly all: Distribution | null; readonly histogram: Histogram }>
  >;
  /** Share of each part of the face under the mask, 0 to 1. */
  readonly regions: Readonly<Record<Region, ByKind>>;
  /** How many samples people have: `people[n]` people have n. */
  readonly identities: {
    readonly count: number;
    readonly samples: Distribution | null;
    readonly people: Readonly<Record<number, number>>;
  };
  readonly splits: Readonly<Record<Split, { readonly samples: number; readonly identities: number }>>;
}

export interface StatsOptions extends ThreadOptions {
  /** The first so many of the samples that `synthesise` would store. */
  readonly count: number;
  readonly progress?: (done: number, total: number) => void;
}

const SAMPLES_A_TASK = 8;
const WORKER = new URL('./worker.ts', import.meta.url);

/**
 * Composes the samples and measures them. Throws a `UserError` where more inputs are unusable than the recipe allows, and
 * `signal.reason` where it was aborted.
 */
export async function dataStats(config: DataConfig, options: StatsOptions): Promise<DataStats> {
  const { source } = await openData(config);
  const measured: Measured[] = [];
  const setAside: Unusable[] = [];
  const tasks = chunks(options.count, SAMPLES_A_TASK);
  const answers = inThreads<readonly number[], (Measured | Unusable)[]>(WORKER, config, tasks, options);
  for await (const samples of answers) {
    for (const sample of samples) {
      if ('reason' in sample) setAside.push(sample);
      else measured.push(sample);
    }
    options.progress?.(measured.length + setAside.length, options.count);
  }
  refuseTooMany(setAside, options.count, config.mostUnusable, source.name);
  return { source: source.name, synthetic: source.synthetic, setAside, ...summarise(measured) };
}

const AREA_STEP = 0.05;
const ANGLE_STEP = 5;

export function summarise(
  measured: readonly Measured[],
): Omit<DataStats, 'source' | 'synthetic' | 'setAside'> {
  const byKind = groups(measured, ({ occluder }) => occluder);
  const spread = (value: (sample: Measured) => number | null): ByKind => {
    const of = (samples: readonly Measured[]) =>
      distributionOf(samples.map(value).filter((one) => one !== null));
    return { all: of(measured), kinds: mapped(byKind, of) };
  };
  const angle = (name: Angle) => {
    const values = measured.map(({ pose }) => pose[name]);
    return { all: distributionOf(values), histogram: histogramOf(values, ANGLE_STEP) };
  };
  const perPerson = [...groups(measured, ({ identity }) => identity).values()].map(({ length }) => length);
  return {
    samples: measured.length,
    kinds: mapped(byKind, ({ length }) => length),
    area: {
      ...spread(({ area }) => area),
      histogram: histogramOf(
        measured.map(({ area }) => area),
        AREA_STEP,
      ),
    },
    pose: { yaw: angle('yaw'), pitch: angle('pitch'), roll: angle('roll') },
    regions: Object.fromEntries(
      REGIONS.map((region, i) => [region, spread(({ regions }) => regions[i] as number | null)]),
    ) as Record<Region, ByKind>,
    identities: {
      count: perPerson.length,
      samples: distributionOf(perPerson),
      people: mapped(
        groups(perPerson, (n) => n),
        ({ length }) => length,
      ),
    },
    splits: Object.fromEntries(
      SPLITS.map((split) => {
        const samples = measured.filter((one) => one.split === split);
        return [split, { samples: samples.length, identities: new Set(samples.map((s) => s.identity)).size }];
      }),
    ) as DataStats['splits'],
  };
}

/** In order of the keys. */
function groups<Value, Key extends string | number>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const found = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = found.get(key);
    if (group) group.push(value);
    else found.set(key, [value]);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const mapped = <Key extends string | number, Value, Result>(
  values: ReadonlyMap<Key, Value>,
  of: (value: Value) => Result,
): Record<Key, Result> =>
  Object.fromEntries([...values].map(([key, value]) => [key, of(value)])) as Record<Key, Result>;
