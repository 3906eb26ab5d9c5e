/**
 * Near-duplicates: pictures that are one picture, re-encoded, mirrored or cut by up to 8 % of its side. Each picture's views
 * are looked up among all pictures by their lowest frequencies; what comes close is compared by the pixels' details, which
 * two pictures of one person do not share. Pictures of one colour are left out.
 */
import { chunks, inThreads, type ThreadOptions } from '../workers/threads.ts';
import { indexCodes } from './code-index.ts';
import type { Found, NearData } from './look-up.ts';
import type { PictureList } from './picture-list.ts';

export interface NearPair {
  readonly pictures: readonly [number, number];
  readonly mirrored: boolean;
}

export interface NearDuplicates {
  /** Pairs on two sides: of each picture one. */
  readonly across: readonly NearPair[];
  /** Pictures that have a near-duplicate on their own side. */
  readonly onOneSide: number;
}

export interface FindNearOptions extends ThreadOptions {
  readonly progress?: (done: number, total: number) => void;
}

const PICTURES_A_TASK = 16;
const WORKER = new URL('./worker.ts', import.meta.url);

/** Throws `signal.reason` where it was aborted. */
export async function findNear(
  root: string,
  list: PictureList,
  options: FindNearOptions,
): Promise<NearDuplicates> {
  const pictures = list.share();
  const data: NearData = { root, pictures, index: indexCodes(pictures.descriptors) };
  const across = new Map<string, NearPair>();
  let [onOneSide, done] = [0, 0];
  const tasks = chunks(list.length, PICTURES_A_TASK);
  for await (const found of inThreads<readonly number[], Found[]>(WORKER, data, tasks, options)) {
    for (const { picture, across: other, onOwnSide } of found) {
      if (onOwnSide) onOneSide++;
      if (!other) continue;
      const pair = [Math.min(picture, other.picture), Math.max(picture, other.picture)] as const;
      across.set(pair.join(), { pictures: pair, mirrored: other.mirrored });
    }
    done += found.length;
    options.progress?.(done, list.length);
  }
  return { across: [...across.values()], onOneSide };
}
