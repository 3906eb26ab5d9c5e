/** A person's pictures: which may ask (probes), which are asked about (references). */
export interface Person {
  readonly identity: string;
  readonly probes: readonly number[];
  readonly references: readonly number[];
}

/**
 * The people in pictures, in order of first appearance. Any picture may be probe and reference; where some are `occluded`
 * for real, those are the probes and the others the references.
 */
export function peopleOf(identities: readonly string[], occluded?: readonly boolean[]): Person[] {
  if (occluded && occluded.length !== identities.length) {
    throw new RangeError(`${identities.length} pictures, of ${occluded.length} it is known whether occluded`);
  }
  const people = new Map<string, { identity: string; probes: number[]; references: number[] }>();
  identities.forEach((identity, i) => {
    const person = people.get(identity) ?? { identity, probes: [], references: [] };
    people.set(identity, person);
    if (!occluded || occluded[i]) person.probes.push(i);
    if (!occluded?.[i]) person.references.push(i);
  });
  return [...people.values()];
}
