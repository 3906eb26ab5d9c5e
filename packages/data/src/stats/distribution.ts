/** How values are distributed: what tables and box plots show. */
export interface Distribution {
  readonly n: number;
  readonly mean: number;
  /** Of the sample (n - 1); 0 where there is one value. */
  readonly sd: number;
  readonly min: number;
  readonly p5: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
  readonly max: number;
}

/** Null where there are no values. Quantiles are interpolated linearly (type 7 of Hyndman and Fan). */
export function distributionOf(values: readonly number[]): Distribution | null {
  const n = values.length;
  if (n === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const quantile = (share: number): number => {
    const at = share * (n - 1);
    const low = sorted[Math.floor(at)] as number;
    return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] as number) - low);
  };
  return {
    n,
    mean,
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    min: quantile(0),
    p5: quantile(0.05),
    p25: quantile(0.25),
    median: quantile(0.5),
    p75: quantile(0.75),
    p95: quantile(0.95),
    max: quantile(1),
  };
}

/** Bin i counts from + i * step ≤ value < from + (i + 1) * step. */
export interface Histogram {
  readonly from: number;
  readonly step: number;
  readonly counts: readonly number[];
}

/** Bins from the lowest to the highest value, their borders on multiples of `step`. */
export function histogramOf(values: readonly number[], step: number): Histogram {
  const bins = values.map((value) => Math.floor(value / step));
  const first = bins.reduce((a, b) => Math.min(a, b), bins[0] ?? 0);
  const last = bins.reduce((a, b) => Math.max(a, b), first);
  const counts = new Array<number>(bins.length === 0 ? 0 : last - first + 1).fill(0);
  for (const bin of bins) counts[bin - first] = (counts[bin - first] as number) + 1;
  return { from: first * step, step, counts };
}
