/** Cosine of the angle between two feature vectors, in [-1, 1]; null where one of them has length 0. */
export function cosine(a: Float32Array, b: Float32Array): number | null {
  if (a.length !== b.length)
    throw new RangeError(`features of ${a.length} and ${b.length} values cannot be compared`);
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  const product = aa * bb;
  return product > 0 ? dot / Math.sqrt(product) : null;
}

/** Intersection over union of two masks (not 0 = inside); null where both are empty. */
export function intersectionOverUnion(a: Uint8Array, b: Uint8Array): number | null {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    const inA = a[i] !== 0;
    const inB = b[i] !== 0;
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return either > 0 ? both / either : null;
}
