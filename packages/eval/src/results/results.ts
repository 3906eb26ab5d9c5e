/** Per-sample results by column, wherever they are kept: what tables, plots and galleries are made of. */
import type { SampleRecord } from '../protocol.ts';

/** What a sample is, without its scores. */
export interface SampleInfo {
  readonly key: string;
  readonly identity: string;
  readonly occluder: string;
  /** Share of the picture's pixels that are occluded. */
  readonly area: number;
  /** SHA-256 of the pixels of the clean image, the occluded one and the mask. */
  readonly sha256: string;
  /** Of the head, in degrees; > 0 looks to the picture's right. Null where it is not known. */
  readonly yaw: number | null;
}

export interface Results {
  readonly samples: readonly SampleInfo[];
  /** Keys of the methods that were measured. */
  readonly methods: readonly string[];
  /** Keys of the metrics. */
  readonly metrics: readonly string[];
  /** A metric's value of each sample by method; NaN where there is none. One metric at a time is held. */
  values(metric: string): Promise<Readonly<Record<string, Float64Array>>>;
  /** Why a metric has no value, by method and sample; undefined where it has one. */
  reasons(metric: string): Promise<Readonly<Record<string, readonly (string | undefined)[]>>>;
}

/** Results that are few enough to be held. */
export function resultsOf(records: readonly SampleRecord[]): Results {
  const methods = Object.keys(records[0]?.scores ?? {});
  const byMethod = <T>(cell: (record: SampleRecord, method: string) => T): Record<string, T[]> =>
    Object.fromEntries(methods.map((method) => [method, records.map((record) => cell(record, method))]));
  return {
    samples: records,
    methods,
    metrics: Object.keys(Object.values(records[0]?.scores ?? {})[0]?.values ?? {}),
    async values(metric) {
      const lists = byMethod(({ scores }, method) => scores[method]?.values[metric] ?? Number.NaN);
      return Object.fromEntries(
        Object.entries(lists).map(([method, list]) => [method, Float64Array.from(list)]),
      );
    },
    reasons: async (metric) => byMethod(({ scores }, method) => scores[method]?.why[metric]),
  };
}
