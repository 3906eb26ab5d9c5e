/** The pictures of a set that are compared with each other: what they look like, and where they stand. */
import { SPLITS, type Split } from '../split.ts';
import { UNIT } from './code-index.ts';
import { VALUES } from './descriptor.ts';

export interface ListedPicture {
  readonly key: string;
  readonly split: Split;
  readonly shard: string;
  readonly range: readonly [offset: number, length: number];
  readonly descriptor: Float32Array;
}

/** All but the names in shared memory. */
export interface SharedPictures {
  /** [n, 63] */
  readonly descriptors: Int8Array;
  /** Index into SPLITS. */
  readonly sides: Uint8Array;
  readonly shards: readonly string[];
  /** Shard, offset, length: [n, 3]. */
  readonly places: Float64Array;
}

/** Grows by some 200 bytes a picture. */
export class PictureList {
  readonly keys: string[] = [];
  private descriptors = new Int8Array(1024 * VALUES);
  private readonly sides: number[] = [];
  private readonly shards: string[] = [];
  private readonly places: number[] = [];

  get length(): number {
    return this.keys.length;
  }

  add({ key, split, shard, range, descriptor }: ListedPicture): void {
    const at = this.length * VALUES;
    if (at === this.descriptors.length) {
      const grown = new Int8Array(2 * at);
      grown.set(this.descriptors);
      this.descriptors = grown;
    }
    descriptor.forEach((value, k) => {
      this.descriptors[at + k] = Math.round(value * UNIT);
    });
    if (this.shards.at(-1) !== shard) this.shards.push(shard);
    this.keys.push(key);
    this.sides.push(SPLITS.indexOf(split));
    this.places.push(this.shards.length - 1, ...range);
  }

  /** Whose clean picture it is, as problems name it. */
  nameOf(picture: number): string {
    return `${this.shards[this.places[3 * picture]!]}/${this.keys[picture]}.clean.png`;
  }

  sideOf(picture: number): Split {
    return SPLITS[this.sides[picture]!]!;
  }

  share(): SharedPictures {
    const descriptors = new Int8Array(new SharedArrayBuffer(this.length * VALUES));
    descriptors.set(this.descriptors.subarray(0, descriptors.length));
    const sides = new Uint8Array(new SharedArrayBuffer(this.length));
    sides.set(this.sides);
    const places = new Float64Array(new SharedArrayBuffer(8 * this.places.length));
    places.set(this.places);
    return { descriptors, sides, shards: this.shards, places };
  }
}
