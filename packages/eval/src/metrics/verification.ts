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

/** The same over all pairs of faces: `features` of unit length, one of each face, `identities` the people in them. */
export function verificationAuc(identities: readonly string[], features: readonly Float32Array[]): number {
  const genuine: number[] = [];
  const impostor: number[] = [];
  features.forEach((a, i) => {
    for (let j = 0; j < i; j++) {
      const same = identities[i] === identities[j];
      (same ? genuine : impostor).push(dot(a, features[j] as Float32Array));
    }
  });
  return auc(genuine, impostor);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
