/** Which conditions are set against which. */
export interface Comparisons {
  /** Each is `of` minus `to`, both names of conditions. */
  readonly differences: readonly { readonly of: string; readonly to: string }[];
  /** How many differences are looked at together, also beyond these: their intervals hold together, see `correctedLevel`. */
  readonly count: number;
}

/** The condition of that name. */
export function named<T extends { readonly name: string }>(conditions: readonly T[], name: string): T {
  const found = conditions.find((condition) => condition.name === name);
  if (!found) {
    throw new RangeError(
      `no condition ${name} to compare: there are ${conditions.map((c) => c.name).join(', ')}`,
    );
  }
  return found;
}
