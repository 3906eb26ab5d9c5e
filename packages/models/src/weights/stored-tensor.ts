/** Tensors as weight files hold them. */

const ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** The names of safetensors. */
export type Dtype = keyof typeof ARRAYS;
export const DTYPES = Object.keys(ARRAYS) as Dtype[];

type Values =
  | Float64Array
  | Float32Array
  | Uint16Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array;

export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major; F16 and BF16 as their bits. */
  readonly data: Values;
}

export type StoredTensors = Record<string, StoredTensor>;

export const bytesOf = (dtype: Dtype): number => ARRAYS[dtype].BYTES_PER_ELEMENT;

/** Little-endian bytes as values of a type; copied, so that they lie where such values may. */
export const valuesOf = (dtype: Dtype, bytes: Uint8Array): Values =>
  new ARRAYS[dtype](new Uint8Array(bytes).buffer);

/** Room for so many values of a type. */
export const roomFor = (dtype: Dtype, count: number): Values => new ARRAYS[dtype](count);

export const float32 = (shape: readonly number[], data: Float32Array): StoredTensor => ({
  dtype: 'F32',
  shape,
  data,
});

export const int64 = (shape: readonly number[], values: readonly number[]): StoredTensor => ({
  dtype: 'I64',
  shape,
  data: BigInt64Array.from(values, BigInt),
});

/** The values in float32: exact from F16, BF16 and small whole numbers, rounded to nearest from F64. */
export function toFloat32({ dtype, data }: StoredTensor): Float32Array {
  if (dtype === 'F32') return data as Float32Array;
  if (dtype === 'BF16')
    return new Float32Array(Uint32Array.from(data as Uint16Array, (bits) => bits << 16).buffer);
  if (dtype === 'F16') return Float32Array.from(data as Uint16Array, halfToNumber);
  return Float32Array.from(data as Float64Array, Number);
}

/** IEEE 754's binary16: a sign, five bits of exponent, ten of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
