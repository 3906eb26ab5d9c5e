import { areaUnderCurve } from '../recognition/measures.ts';
import { cosine } from './similarity.ts';

/**
 * Area under the ROC curve: the chance that a genuine pair scores above an impostor pair, ties counted half.
 * Throws where one kind of pair is missing.
 */
export const auc = (genuine: readonly number[], impostor: readonly number[]): number =>
  areaUnderCurve([...genuine, ...impostor], [...genuine.map(() => true), ...impostor.map(() => false)]);

/** The same over all pairs of faces: `features`, one of each face, `identities` the people in them. */
export function verificationAuc(identities: readonly string[], features: readonly Float32Array[]): number {
  const genuine: number[] = [];
  const impostor: number[] = [];
  features.forEach((a, i) => {
    for (let j = 0; j < i; j++) {
      const same = identities[i] === identities[j];
      (same ? genuine : impostor).push(cosine(a, features[j] as Float32Array) ?? 0);
    }
  });
  return auc(genuine, impostor);
}
