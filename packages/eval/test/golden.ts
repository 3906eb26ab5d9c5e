import { uniform } from '@fsg/models/testing';
import { FeatureStatistics, type Pair } from '../src/index.ts';
import golden from './golden/metrics.json' with { type: 'json' };

export { golden };

/** The generator of make_golden.py. */
export function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

/** The picture that make_golden.py makes from the same arguments. */
export function picture(kind: string, width: number, height: number, seed: number): Uint8Array {
  const byte = lcg(seed);
  const out = new Uint8Array(width * height * 3);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const noise = byte();
        out[i++] = value(kind, x, y, c, noise, width, height);
      }
    }
  }
  return out;
}

function value(
  kind: string,
  x: number,
  y: number,
  c: number,
  noise: number,
  width: number,
  height: number,
): number {
  if (kind === 'noise') return noise;
  if (kind === 'smooth') return Math.min(255, 40 + x + Math.floor(y / 2) + 20 * c + Math.floor(noise / 16));
  if (kind === 'step') return (x > Math.floor(width / 2) ? 230 : 20) - (y % 7 === 0 ? 10 : 0);
  if (kind === 'hill' || kind === 'faded hill') {
    const away = (2 * x - width) ** 2 + (2 * y - height) ** 2;
    const fall = Math.floor((200 * away) / (width ** 2 + height ** 2));
    const hill = 220 - fall + 8 * c + Math.floor(noise / 16);
    return kind === 'hill' ? hill : 50 + Math.floor((hill * 6) / 10) + Math.floor(noise / 8);
  }
  return Number(kind);
}

/** The pair of a golden case: restored and clean. */
export function pairOfCase({ a, b, width, height }: (typeof golden.pictures)[number]) {
  const clean = picture(b, width, height, 2);
  if (a === 'same') return { restored: clean.slice(), clean };
  if (a === 'negative') return { restored: clean.map((level) => 255 - level), clean };
  return { restored: picture(a, width, height, 1), clean };
}

/** 1 inside a disc (x, y, radius) or a half-open box (left, top, right, bottom), else 0. */
export function areaMask(width: number, height: number, shape: readonly number[]): Uint8Array {
  if (shape.length === 4) return boxMask(width, height, shape);
  const [cx, cy, radius] = shape as [number, number, number];
  return new Uint8Array(width * height).map((_, p) =>
    ((p % width) - cx) ** 2 + (Math.floor(p / width) - cy) ** 2 <= radius ** 2 ? 1 : 0,
  );
}

/** 1 inside the half-open box, else 0. */
export function boxMask(width: number, height: number, box: readonly number[]): Uint8Array {
  const [left, top, right, bottom] = box as [number, number, number, number];
  const mask = new Uint8Array(width * height);
  for (let y = top; y < bottom; y++) mask.fill(1, y * width + left, y * width + right);
  return mask;
}

const FOLDS = 10;

/** The pairs of make_recognition.py: pictures are people here. */
export function scoredPairs(seed: number): { pairs: Pair[]; scores: number[] } {
  const byte = lcg(seed);
  const pairs: Pair[] = [];
  const scores: number[] = [];
  for (let k = 0; k < 600; k++) {
    const [fold, same] = [k % FOLDS, Math.floor(k / FOLDS) % 2 === 0];
    const first = byte() % 6;
    const second = same ? first : (first + 1 + (byte() % 5)) % 6;
    scores.push(Math.floor((byte() + byte() + byte()) / 12) + (same ? 14 : 0) + first);
    pairs.push({ a: fold + FOLDS * first, b: fold + FOLDS * second, same, fold });
  }
  return { pairs, scores };
}

/** The feature vectors that make_fid_golden.py makes from the same arguments. */
export function fidFeatures(seed: number, count: number, dimensions: number): Float32Array[] {
  return Array.from({ length: count }, (_, n) =>
    Float32Array.from({ length: dimensions }, (_, i) => {
      const own = uniform(seed, n * dimensions + i);
      return (own + 2 * uniform(seed + 1, n * 16 + (i % 16))) / (1 + i / 8);
    }),
  );
}

export function statisticsOf(vectors: readonly Float32Array[], batch = vectors.length): FeatureStatistics {
  const statistics = new FeatureStatistics(vectors[0]?.length ?? 0);
  for (let n = 0; n < vectors.length; n += batch) statistics.add(vectors.slice(n, n + batch));
  return statistics;
}
