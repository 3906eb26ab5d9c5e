/** Measures a stage on fixed validation images. The metrics are handed in: the trainer knows none. */
import { fromSigned, type Rgb, toSigned } from '@fsg/data';
import { type Tensor4D, tf } from '@fsg/engine';
import type { RestoringStage } from './stage.ts';
import type { TrainState } from './state.ts';

/** An occluded face with its clean original; mask 1 = occluded. */
export interface Pair {
  readonly key: string;
  readonly occluder: string;
  readonly clean: Rgb;
  readonly occluded: Rgb;
  readonly mask: Uint8Array;
}

/** A number by which a restored image is judged; null where it has no value. */
export interface Metric {
  readonly name: string;
  measure(restored: Rgb, clean: Rgb, mask: Uint8Array): number | null;
}

export interface RestoredPair extends Pair {
  /** A generator without guidance has none. */
  readonly structure?: Rgb;
  /** Stage I gives none. */
  readonly restored?: Rgb;
}

/** Runs the stage over the pairs, `batch` at a time. */
export function restorePairs(
  stage: RestoringStage,
  state: TrainState,
  pairs: readonly Pair[],
  batch: number,
): RestoredPair[] {
  const out: RestoredPair[] = [];
  for (let start = 0; start < pairs.length; start += batch) {
    const some = pairs.slice(start, start + batch);
    const pictures = restoreBatch(stage, state, some);
    some.forEach((pair, i) => {
      const structure = pictures.structure?.[i];
      const restored = pictures.restored?.[i];
      out.push({ ...pair, ...(structure && { structure }), ...(restored && { restored }) });
    });
  }
  return out;
}

function restoreBatch(stage: RestoringStage, state: TrainState, pairs: readonly Pair[]) {
  const { data, shape } = toSigned(pairs.map(({ occluded }) => occluded));
  const made = tf.tidy(() => {
    const images = tf.tensor4d(data, [...shape]) as Tensor4D;
    return stage.restore(state.networks, images) as Record<string, Tensor4D>;
  });
  const read = (tensor: Tensor4D | undefined, what: string): Rgb[] | undefined => {
    const values = tensor?.dataSync() as Float32Array | undefined;
    tensor?.dispose();
    return values && fromSigned(values, shape, what);
  };
  return { structure: read(made.structure, 'structure'), restored: read(made.restored, 'restored image') };
}

/** The mean of each metric over the pairs, under `validation/<metric>`; of the structure in stage I, else of the restored image. */
export function meanMetrics(
  restored: readonly RestoredPair[],
  metrics: readonly Metric[],
): Record<string, number> {
  const means = metrics.map(({ name, measure }) => {
    const values = restored
      .map((pair) => measure((pair.restored ?? pair.structure) as Rgb, pair.clean, pair.mask))
      .filter((value) => value !== null);
    return [`validation/${name}`, values.reduce((sum, value) => sum + value, 0) / values.length];
  });
  return Object.fromEntries(means);
}
