import { cosine } from './similarity.ts';

/**
 * Area under the ROC curve: the chance that a genuine pair scores above an impostor pair, ties counted half.
 * Throws where one kind of pair is missing.
 */
export function auc(genuine: readonly number[], impostor: readonly number[]): number {
  if (genuine.length === 0 || impostor.length === 0) {
    throw new RangeError(
      `AUC needs both kinds of pairs: ${genuine.length} genuine, ${impostor.length} impostor`,
    );
  }
  const others = Float64Array.from(impostor).sort();
  let beaten = 0;
  let below = 0;
  let upTo = 0;
  for (const score of Float64Array.from(genuine).sort()) {
    while (below < others.length && (others[below] as number) < score) below++;
    while (upTo < others.length && (others[upTo] as number) <= score) upTo++;
    beaten += (below + upTo) / 2;
  }
  return beaten / (genuine.length * impostor.length);
}

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
