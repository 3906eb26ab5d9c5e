/**
 * Finds descriptors like a given one without comparing it with all: multi-index hashing (Norouzi, Punjani and Fleet, "Fast
 * Search in Hamming Space with Multi-Index Hashing", CVPR 2012). A code has a bit for each of the 63 values, above or below
 * the set's mean, so that codes differ as much as they can also among faces that all stand alike. Of two codes that differ
 * little one of the four parts differs by a bit at most, so that one lies in one of 17 buckets of the other.
 */
import { VALUES } from './descriptor.ts';

const PARTS = 4;
const BITS = 16;
const BUCKETS = 2 ** BITS;
/** Descriptors are kept as bytes: this is 1. */
export const UNIT = 127;
/** Codes that differ in more bits are not compared further. */
const MOST_BITS = 14;
/** Product of two descriptors from which the pixels are compared; of copies it is 0.96 and more. */
const LEAST_PRODUCT = 0.93;

/** All in shared memory, so that threads are given it as it is. */
export interface CodeIndex {
  /** [n, 63] */
  readonly descriptors: Int8Array;
  /** [63] */
  readonly mean: Float32Array;
  /** [n, 4] */
  readonly codes: Uint16Array;
  /** Where each part's buckets begin in `members`, and where the last one ends. */
  readonly starts: Uint32Array;
  /** Which pictures: [4, n], part by part, bucket by bucket. */
  readonly members: Uint32Array;
}

export function indexCodes(descriptors: Int8Array): CodeIndex {
  const n = descriptors.length / VALUES;
  const mean = new Float32Array(new SharedArrayBuffer(4 * VALUES));
  descriptors.forEach((value, i) => {
    mean[i % VALUES]! += value / n;
  });
  const codes = new Uint16Array(new SharedArrayBuffer(2 * PARTS * n));
  for (let i = 0; i < n; i++)
    codes.set(codeOf(descriptors.subarray(VALUES * i, VALUES * (i + 1)), mean), PARTS * i);
  const starts = new Uint32Array(new SharedArrayBuffer(4 * (PARTS * BUCKETS + 1)));
  codes.forEach((code, i) => {
    starts[(i % PARTS) * BUCKETS + code + 1]!++;
  });
  for (let b = 0; b < PARTS * BUCKETS; b++) starts[b + 1]! += starts[b]!;
  const members = new Uint32Array(new SharedArrayBuffer(4 * PARTS * n));
  const next = starts.slice();
  codes.forEach((code, i) => {
    members[next[(i % PARTS) * BUCKETS + code]!++] = Math.floor(i / PARTS);
  });
  return { descriptors, mean, codes, starts, members };
}

/** Neighbouring values, which tell about the same, go to different parts. */
function codeOf(values: ArrayLike<number>, mean: Float32Array): Uint16Array {
  const code = new Uint16Array(PARTS);
  for (let k = 0; k < VALUES; k++) {
    if (values[k]! > mean[k]!) code[k % PARTS]! |= 1 << Math.floor(k / PARTS);
  }
  return code;
}

/** Looks descriptors up, in one thread. */
export class CodeLookup {
  private readonly index: CodeIndex;
  /** The lookup by which each picture was seen last: several buckets may hold it. */
  private readonly seen: Uint32Array;
  private lookups = 0;

  constructor(index: CodeIndex) {
    this.index = index;
    this.seen = new Uint32Array(index.codes.length / PARTS);
  }

  /** Calls `found` with the pictures whose descriptors are like this one, and how much (up to 1). */
  forEachLike(descriptor: Float32Array, found: (picture: number, product: number) => void): void {
    const { mean, codes, starts, members, descriptors } = this.index;
    const values = descriptor.map((value) => value * UNIT);
    const code = codeOf(values, mean);
    this.lookups++;
    for (let part = 0; part < PARTS; part++) {
      for (let bit = -1; bit < BITS; bit++) {
        const bucket = part * BUCKETS + (bit < 0 ? code[part]! : code[part]! ^ (1 << bit));
        for (let m = starts[bucket]!; m < starts[bucket + 1]!; m++) {
          const picture = members[m]!;
          if (this.seen[picture] === this.lookups) continue;
          this.seen[picture] = this.lookups;
          if (different(code, codes, PARTS * picture) > MOST_BITS) continue;
          const product = dot(values, descriptors, VALUES * picture) / (UNIT * UNIT);
          if (product >= LEAST_PRODUCT) found(picture, product);
        }
      }
    }
  }
}

function dot(a: Float32Array, b: Int8Array, from: number): number {
  let sum = 0;
  for (let k = 0; k < VALUES; k++) sum += a[k]! * b[from + k]!;
  return sum;
}

/** Bits in which two codes differ. */
function different(a: Uint16Array, b: Uint16Array, from: number): number {
  return (
    ones((a[0]! ^ b[from]!) | ((a[1]! ^ b[from + 1]!) << 16)) +
    ones((a[2]! ^ b[from + 2]!) | ((a[3]! ^ b[from + 3]!) << 16))
  );
}

/** Set bits of 32. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
