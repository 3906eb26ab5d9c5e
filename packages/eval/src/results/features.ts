/** Reads the features of a judge that an evaluation has kept (see journal.ts), one vector at a time. */
import { closeSync, openSync, readSync } from 'node:fs';

export class FeatureFile {
  readonly dimensions: number;
  readonly #rows: number;
  readonly #file: number;

  /** `rows`: vectors a sample, of its clean image and of each method's. */
  constructor(path: string, dimensions: number, rows: number) {
    this.dimensions = dimensions;
    this.#rows = rows;
    this.#file = openSync(path, 'r');
  }

  /** Row 0: of the clean image; 1 …: of the methods' in their order. */
  at(sample: number, row: number): Float32Array {
    const values = new Float32Array(this.dimensions);
    const place = 4 * this.dimensions * (sample * this.#rows + row);
    const bytes = readSync(this.#file, values, 0, values.byteLength, place);
    if (bytes < values.byteLength) throw new RangeError(`sample ${sample} has no features of row ${row}`);
    return values;
  }

  close(): void {
    closeSync(this.#file);
  }
}
