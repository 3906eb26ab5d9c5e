/**
 * In which precision convolutions multiply: float32, or bf16 where the processor or GPU gains by it. Only what a convolution
 * reads and gives is rounded (to 8 bits of mantissa) and its sums are float32 inside; weights, batch norm, losses and every
 * other operation stay float32.
 */
export const PRECISIONS = ['float32', 'bf16'] as const;
export type Precision = (typeof PRECISIONS)[number];

let current: Precision = 'float32';

/** The precision of the convolutions that follow, on TensorFlow; other backends know float32 alone. */
export function setPrecision(precision: Precision): void {
  current = precision;
}

export const precisionNow = (): Precision => current;
