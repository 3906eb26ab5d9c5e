/** Dense algebra in float64, row-major: by TensorFlow where it runs, else by ml-matrix. */
import { eigen64, eigenvalues64, multiply64, tf } from '@fsg/engine';
import { EVD, Matrix } from 'ml-matrix';

export interface Algebra {
  /** a bᵀ, or a b: [rows, inner] · b → [rows, columns]. */
  multiply(
    a: Float64Array,
    b: Float64Array,
    sizes: readonly [rows: number, inner: number, columns: number],
    transposed?: boolean,
  ): Float64Array;
  /** Eigenvalues of a symmetric matrix, in any order. */
  eigenvalues(symmetric: Float64Array, size: number): Float64Array;
  /** The same with the eigenvectors, the columns of `vectors`. */
  eigen(symmetric: Float64Array, size: number): { values: Float64Array; vectors: Float64Array };
}

const byTensorFlow: Algebra = { multiply: multiply64, eigenvalues: eigenvalues64, eigen: eigen64 };

/** 2,048 dimensions take minutes where TensorFlow takes seconds. */
export const byLibrary: Algebra = {
  multiply: (a, b, [rows, inner, columns], transposed = false) => {
    const right = transposed ? matrix(b, columns, inner).transpose() : matrix(b, inner, columns);
    return flat(matrix(a, rows, inner).mmul(right));
  },
  eigenvalues: (symmetric, size) => byLibrary.eigen(symmetric, size).values,
  eigen: (symmetric, size) => {
    const found = new EVD(matrix(symmetric, size, size), { assumeSymmetric: true });
    return { values: Float64Array.from(found.realEigenvalues), vectors: flat(found.eigenvectorMatrix) };
  },
};

export const algebra = (): Algebra => (tf.getBackend() === 'tensorflow' ? byTensorFlow : byLibrary);

function matrix(values: Float64Array, rows: number, columns: number): Matrix {
  return Matrix.from1DArray(rows, columns, values);
}

const flat = (found: Matrix): Float64Array => Float64Array.from(found.to1DArray());
