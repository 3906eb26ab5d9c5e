/**
 * Fréchet distance between two sets of pictures by their features. Source: Heusel et al. 2017, "GANs Trained by a Two Time-Scale
 * Update Rule Converge to a Local Nash Equilibrium"; agrees with pytorch-fid's `calculate_frechet_distance`.
 */
import { type Algebra, algebra } from './algebra.ts';
import type { FeatureStatistics } from './feature-statistics.ts';

export interface FrechetDistance {
  readonly value: number;
  /** Pictures measured. */
  readonly count: number;
  /** Pictures that they were measured against. */
  readonly reference: number;
  /** Why the value is to be read with care, or null. */
  readonly warning: string | null;
}

/** What the distance needs of a set: [count, D] vectors v with Σ = Σ v vᵀ where there are few, else Σ itself [D, D]. */
interface Vectors {
  readonly kind: 'vectors';
  readonly values: Float64Array;
  readonly count: number;
}
type Spread = Vectors | { readonly kind: 'covariance'; readonly values: Float64Array };

/**
 * The distances from one set to others: ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½). The trace of the root is the sum of the roots of
 * the eigenvalues of Σ₁Σ₂, which those of a smaller symmetric matrix are wherever a set has at most D pictures; of two larger
 * sets the reference's Σ is taken apart once, at the first distance. Both throw a RangeError for a set of fewer than two pictures
 * or of other features.
 */
export function frechetDistanceTo(
  reference: FeatureStatistics,
  by: Algebra = algebra(),
): (measured: FeatureStatistics) => FrechetDistance {
  const { dimensions } = reference;
  refuseFew(reference);
  const mean = reference.mean();
  const spread = spreadOf(reference);
  let root: Vectors | undefined;
  return (measured) => {
    if (measured.dimensions !== dimensions) {
      throw new RangeError(`features of ${measured.dimensions} values where ${dimensions} were expected`);
    }
    refuseFew(measured);
    const other = spreadOf(measured);
    const bothLarge = other.kind === 'covariance' && spread.kind === 'covariance';
    if (bothLarge) root ??= rootVectors(spread.values, dimensions, by);
    const half = bothLarge ? (root as Vectors) : spread;
    const means = measured.mean().reduce((sum, x, i) => sum + (x - (mean[i] as number)) ** 2, 0);
    const traces = traceOf(spread, dimensions) + traceOf(other, dimensions);
    const value = means + traces - 2 * traceOfRoot(half, other, dimensions, by);
    const [count, size] = [measured.count, reference.count];
    return { value: Math.max(0, value), count, reference: size, warning: warningOf(count, size, dimensions) };
  };
}

function refuseFew({ count }: FeatureStatistics): void {
  if (count < 2)
    throw new RangeError(`the Fréchet distance needs at least 2 pictures in each set, not ${count}`);
}

function warningOf(count: number, reference: number, dimensions: number): string | null {
  const least = Math.min(count, reference);
  return least >= dimensions
    ? null
    : `${least.toLocaleString('en')} pictures are fewer than the ${dimensions.toLocaleString('en')} features: the distance comes out too large, and compares only with others of the same counts`;
}

function spreadOf(statistics: FeatureStatistics): Spread {
  const vectors = statistics.vectors();
  if (!vectors) return { kind: 'covariance', values: statistics.covariance() };
  const [mean, count] = [statistics.mean(), vectors.length];
  const values = new Float64Array(count * mean.length);
  const scale = 1 / Math.sqrt(count - 1);
  vectors.forEach((vector, n) => {
    for (let i = 0; i < mean.length; i++) {
      values[n * mean.length + i] = scale * ((vector[i] as number) - (mean[i] as number));
    }
  });
  return { kind: 'vectors', values, count };
}

/** tr Σ. */
function traceOf({ kind, values }: Spread, dimensions: number): number {
  let sum = 0;
  if (kind === 'vectors') for (const x of values) sum += x * x;
  else for (let i = 0; i < dimensions; i++) sum += values[i * (dimensions + 1)] as number;
  return sum;
}

/** The scaled eigenvectors √λ v of Σ, as far as rounding has left λ positive. */
function rootVectors(
  covariance: Float64Array,
  dimensions: number,
  by: Algebra,
): Spread & { kind: 'vectors' } {
  const { values, vectors } = by.eigen(covariance, dimensions);
  const kept = [...values.keys()].filter((k) => (values[k] as number) > 0);
  const rows = new Float64Array(kept.length * dimensions);
  kept.forEach((k, n) => {
    const length = Math.sqrt(values[k] as number);
    for (let i = 0; i < dimensions; i++) {
      rows[n * dimensions + i] = length * (vectors[i * dimensions + k] as number);
    }
  });
  return { kind: 'vectors', values: rows, count: kept.length };
}

/** tr (Σ₁Σ₂)^½, at least one of them as vectors. */
function traceOfRoot(a: Spread, b: Spread, dimensions: number, by: Algebra): number {
  if (a.kind === 'covariance') return traceOfRoot(b, a, dimensions, by);
  const sizes = [a.count, dimensions] as const;
  if (b.kind === 'covariance') {
    const moved = by.multiply(a.values, b.values, [...sizes, dimensions]);
    return sumOfRoots(by.multiply(moved, a.values, [...sizes, a.count], true), a.count, by);
  }
  if (b.count < a.count) return traceOfRoot(b, a, dimensions, by);
  const products = by.multiply(a.values, b.values, [...sizes, b.count], true);
  return sumOfRoots(by.multiply(products, products, [a.count, b.count, a.count], true), a.count, by);
}

/** Σ √λ over a symmetric matrix whose eigenvalues are not negative but for rounding. */
function sumOfRoots(symmetric: Float64Array, size: number, by: Algebra): number {
  return by.eigenvalues(symmetric, size).reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}
