/** How far recomputed tensors are from golden ones. Tolerances: packages/models/test/golden/README.md. */
import { type StoredTensors, toFloat32 } from '@fsg/models';
import type { GoldenSet, Recomputed } from './recompute.ts';

/** How far off a group of tensors is. */
export interface ParityRow {
  readonly group: string;
  /** `relative`: largest difference over the largest magnitude, of the tensor that does worst; `norm`: norm of the difference. */
  readonly measure: 'relative' | 'norm' | 'absolute';
  readonly tensors: number;
  readonly error: number;
  readonly tolerance: number;
  /** The tensor that does worst; null where the group counts as a whole. */
  readonly worst: string | null;
  readonly passed: boolean;
}

/** Relative to the largest magnitude. */
const OUTPUT_TOLERANCE = 1e-4;
const GRADIENTS_TOLERANCE = 5e-3;
const GRADIENT_TOLERANCE = 1e-2;
/** A gradient that is all noise (a bias in front of batch norm) is measured against this share of the whole file's norm. */
const LEAST_NORM = 1e-3;
const ADAM_TOLERANCE = 1e-6;

/** A row a group of every golden file but the inputs. Tensors that are missing on either side count as infinitely wrong. */
export function compareGolden({ files }: GoldenSet, recomputed: Recomputed): ParityRow[] {
  return Object.entries(files)
    .filter(([file]) => file !== 'inputs')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, golden]) => compareFile(file, golden, recomputed[file] ?? {}));
}

interface Difference {
  readonly name: string;
  readonly largest: number;
  readonly magnitude: number;
  readonly norm: number;
  readonly goldenNorm: number;
}

function compareFile(file: string, golden: StoredTensors, found: StoredTensors): ParityRow[] {
  const names = [...new Set([...Object.keys(golden), ...Object.keys(found)])];
  const all = names.map((name) => difference(name, golden[name], found[name]));
  const worst = (
    group: string,
    measure: ParityRow['measure'],
    tolerance: number,
    errorOf: (one: Difference) => number,
  ): ParityRow => {
    const errors = all.map((one) => ({ name: one.name, error: errorOf(one) }));
    const top = errors.reduce((a, b) => (b.error > a.error || Number.isNaN(b.error) ? b : a));
    const passed = top.error <= tolerance;
    return { group, measure, tensors: all.length, error: top.error, tolerance, worst: top.name, passed };
  };
  if (file.endsWith('after-adam')) return [worst(file, 'absolute', ADAM_TOLERANCE, ({ largest }) => largest)];
  if (!file.endsWith('gradients')) {
    return [
      worst(file, 'relative', OUTPUT_TOLERANCE, ({ largest, magnitude }) => largest / (magnitude || 1)),
    ];
  }
  const total = Math.hypot(...all.map(({ goldenNorm }) => goldenNorm));
  const error = Math.hypot(...all.map(({ norm }) => norm)) / total;
  const whole: ParityRow = {
    group: `${file}, the whole`,
    measure: 'norm',
    tensors: all.length,
    error,
    tolerance: GRADIENTS_TOLERANCE,
    worst: null,
    passed: error <= GRADIENTS_TOLERANCE,
  };
  const single = ({ norm, goldenNorm }: Difference): number =>
    norm / Math.max(goldenNorm, LEAST_NORM * total);
  return [whole, worst(`${file}, each`, 'norm', GRADIENT_TOLERANCE, single)];
}

function difference(
  name: string,
  golden: StoredTensors[string] | undefined,
  found: StoredTensors[string] | undefined,
): Difference {
  const [a, b] = [golden && toFloat32(golden), found && toFloat32(found)];
  if (!a || !b || `${golden?.shape}` !== `${found?.shape}`) {
    return { name, largest: Infinity, magnitude: 1, norm: Infinity, goldenNorm: 1 };
  }
  let [largest, magnitude, squares, goldenSquares] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const expected = a[i] as number;
    const error = Math.abs((b[i] as number) - expected);
    largest = error > largest || Number.isNaN(error) ? error : largest;
    magnitude = Math.max(magnitude, Math.abs(expected));
    squares += error * error;
    goldenSquares += expected * expected;
  }
  return { name, largest, magnitude, norm: Math.sqrt(squares), goldenNorm: Math.sqrt(goldenSquares) };
}
