/** Loads faces into the file, in a thread or here. */
import type { FaceSource } from '../face.ts';
import { type Unusable, UnusableFace } from '../unusable.ts';
import type { FaceWriter } from './face-file.ts';

/** Which records to fill: `from` ≤ record < `to`. */
export interface LoadTask {
  readonly from: number;
  readonly to: number;
}

/** What could not be used: the record and why. */
export type Failed = readonly (Unusable & { readonly record: number })[];

/** `indices`: the source's index of each record. */
export async function loadRecords(
  source: Pick<FaceSource, 'load'>,
  indices: readonly number[],
  writer: FaceWriter,
  { from, to }: LoadTask,
): Promise<Failed> {
  const failed: Failed[number][] = [];
  for (let record = from; record < to; record++) {
    try {
      writer.put(record, await source.load(indices[record] as number));
    } catch (error) {
      if (!(error instanceof UnusableFace)) throw error;
      failed.push({ record, file: error.file, reason: error.reason });
    }
  }
  return failed;
}
