/** Which faces stand for a side when not all are taken. */
import type { FaceRef } from '../face.ts';

/** Indices in turns: the first face of every identity, then every second one, and so on; at most `count`. */
export function spread(refs: readonly FaceRef[], count = refs.length): number[] {
  const rounds: number[][] = [];
  const seen = new Map<string, number>();
  refs.forEach(({ identity }, index) => {
    const round = seen.get(identity) ?? 0;
    seen.set(identity, round + 1);
    rounds[round] ??= [];
    (rounds[round] as number[]).push(index);
  });
  return rounds.flat().slice(0, count);
}
