/**
 * Linear algebra in float64 by TensorFlow's kernels; only while the backend `tensorflow` is active. tfjs has no such tensors, and
 * its binding takes no Float64Array: the bits go in and out as pairs of int32. Matrices are row-major.
 */
import { type Binding, nodeBackend, type OpAttribute, type TensorMetadata } from './node-backend.ts';

/** TF_DOUBLE, which tfjs has no name for. */
const DOUBLE = 2;

/** a b, or a bᵀ where b is given as such: [rows, inner] · [inner, columns] → [rows, columns]. */
export function multiply64(
  a: Float64Array,
  b: Float64Array,
  [rows, inner, columns]: readonly [number, number, number],
  transposed = false,
): Float64Array {
  return within((doubles) => {
    const left = doubles.put(a, [rows, inner]);
    const right = doubles.put(b, transposed ? [columns, inner] : [inner, columns]);
    const flags = { transpose_a: false, transpose_b: transposed };
    return doubles.take(doubles.run('MatMul', flags, [left, right], 1)[0] as number);
  });
}

/** Eigenvalues of a symmetric matrix [size, size] from the least on; only its lower triangle is read. */
export function eigenvalues64(symmetric: Float64Array, size: number): Float64Array {
  return within((doubles) => {
    const [values] = doubles.run(
      'SelfAdjointEigV2',
      { compute_v: false },
      [doubles.put(symmetric, [size, size])],
      2,
    );
    return doubles.take(values as number);
  });
}

/** The same, and the eigenvectors as the columns of `vectors` [size, size]. */
export function eigen64(
  symmetric: Float64Array,
  size: number,
): { values: Float64Array; vectors: Float64Array } {
  return within((doubles) => {
    const [values, vectors] = doubles.run(
      'SelfAdjointEigV2',
      { compute_v: true },
      [doubles.put(symmetric, [size, size])],
      2,
    );
    return { values: doubles.take(values as number), vectors: doubles.take(vectors as number) };
  });
}

/** Frees everything that `work` put or made. */
function within<T>(work: (doubles: Doubles) => T): T {
  const doubles = new Doubles(nodeBackend().binding);
  try {
    return work(doubles);
  } finally {
    doubles.free();
  }
}

class Doubles {
  readonly #binding: Binding;
  readonly #ids: number[] = [];

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  put(values: Float64Array, shape: readonly number[]): number {
    const { TF_INT32 } = this.#binding;
    const bits = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    const id = this.#keep(this.#binding.createTensor([...shape, 2], TF_INT32, bits));
    return this.#bitcast(id, TF_INT32, DOUBLE);
  }

  take(id: number): Float64Array {
    const { TF_INT32 } = this.#binding;
    const bits = this.#binding.tensorDataSync(this.#bitcast(id, DOUBLE, TF_INT32));
    return new Float64Array(bits.buffer, bits.byteOffset, bits.length / 2);
  }

  run(
    name: string,
    flags: Readonly<Record<string, boolean>>,
    inputs: number[],
    outputs: number,
  ): readonly number[] {
    const { TF_ATTR_TYPE, TF_ATTR_BOOL } = this.#binding;
    const attributes: OpAttribute[] = [
      { name: 'T', type: TF_ATTR_TYPE, value: DOUBLE },
      ...Object.entries(flags).map(([key, value]) => ({ name: key, type: TF_ATTR_BOOL, value })),
    ];
    return this.#binding.executeOp(name, attributes, inputs, outputs).map(({ id }) => this.#keep(id));
  }

  free(): void {
    for (const id of this.#ids) this.#binding.deleteTensor(id);
  }

  #bitcast(id: number, from: number, to: number): number {
    const { TF_ATTR_TYPE } = this.#binding;
    const types = [
      { name: 'T', type: TF_ATTR_TYPE, value: from },
      { name: 'type', type: TF_ATTR_TYPE, value: to },
    ];
    const [cast] = this.#binding.executeOp('Bitcast', types, [id], 1) as [TensorMetadata];
    return this.#keep(cast.id);
  }

  #keep(id: number): number {
    this.#ids.push(id);
    return id;
  }
}
