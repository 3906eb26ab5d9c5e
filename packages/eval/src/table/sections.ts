/** The parts of a table: all samples, and those of one kind of occluder, of so much occluded, of one pose, or parts of the face. */
import { REGIONS } from '@fsg/data';
import type { SampleInfo } from '../results/results.ts';

export const GROUPS = ['all', 'occluder', 'area', 'pose', 'region', 'judge', 'output'] as const;
export type Group = (typeof GROUPS)[number];

export interface SectionPlan {
  readonly key: string;
  readonly label: string;
  readonly group: Group;
  /** Places of its samples among all. */
  readonly samples: readonly number[];
  /** A part of the face: only what is hidden of it counts, in metrics of the hole. */
  readonly region?: string;
}

/** Upper ends, the last open. Shares of the picture. */
const AREAS = [0.1, 0.2, 0.3] as const;
/** Degrees of |yaw|. */
const YAWS = [15, 30] as const;

/** One of a group alone, which would repeat the whole, is left out. `metrics`: keys that were measured. */
export function planSections(samples: readonly SampleInfo[], metrics: readonly string[]): SectionPlan[] {
  const places = samples.map((_, i) => i);
  const kinds = [...new Set(samples.map(({ occluder }) => occluder))].sort();
  const regions = REGIONS.filter((region) => metrics.some((metric) => metric.endsWith(`_hole_${region}`)));
  const groups: SectionPlan[][] = [
    kinds.map((kind) => ({
      key: kind,
      label: kind,
      group: 'occluder',
      samples: places.filter((i) => samples[i]?.occluder === kind),
    })),
    binned(
      'area',
      samples.map(({ area }) => area),
      AREAS,
      (from, to) =>
        to === undefined ? `≥ ${100 * from} % occluded` : `${100 * from} – ${100 * to} % occluded`,
    ),
    binned(
      'pose',
      samples.map(({ yaw }) => yaw && Math.abs(yaw)),
      YAWS,
      (from, to) => (to === undefined ? `|yaw| ≥ ${from}°` : `|yaw| ${from}° – ${to}°`),
    ),
    regions.map((region) => ({
      key: `region-${region}`,
      label: `hidden ${region}`,
      group: 'region',
      samples: places,
      region,
    })),
  ];
  return [
    { key: 'all', label: 'All occluders', group: 'all', samples: places },
    ...groups.filter((group) => group.length > 1).flat(),
  ];
}

function binned(
  group: Group,
  values: readonly (number | null)[],
  ends: readonly number[],
  label: (from: number, to: number | undefined) => string,
): SectionPlan[] {
  const bins = [0, ...ends].map((from, n): SectionPlan => {
    const to = ends[n];
    const inside = (value: number | null): boolean =>
      value !== null && value >= from && (to === undefined || value < to);
    return {
      key: `${group}-${n}`,
      label: label(from, to),
      group,
      samples: values.flatMap((value, i) => (inside(value) ? [i] : [])),
    };
  });
  return bins.filter(({ samples }) => samples.length > 0);
}
