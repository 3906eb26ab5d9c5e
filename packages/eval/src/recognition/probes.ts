/** Who is enrolled and who asks: the gallery and the probes of identification. */
import { random } from '@fsg/data';
import { peopleOf } from './people.ts';

export interface Identification {
  /** Pictures enrolled, one an identity. */
  readonly gallery: readonly number[];
  /** The other pictures of people in the gallery. */
  readonly probes: readonly number[];
  /** People in the gallery who have no probe. */
  readonly distractors: number;
  /** Probes left out, as nobody's picture of theirs can be enrolled. */
  readonly unenrolled: number;
  /** Why there is nothing to identify, else null. */
  readonly reason: string | null;
}

/**
 * One picture of each identity, drawn by the seed and the identity's name alone, is enrolled; the others are probes. With
 * `occluded` (pictures occluded for real) unoccluded ones are enrolled and only occluded ones are probes.
 */
export function galleryAndProbes(
  identities: readonly string[],
  seed: number,
  occluded?: readonly boolean[],
): Identification {
  const gallery: number[] = [];
  const probes: number[] = [];
  let distractors = 0;
  let unenrolled = 0;
  for (const { identity, probes: asking, references } of peopleOf(identities, occluded)) {
    if (references.length === 0) {
      unenrolled += asking.length;
      continue;
    }
    const enrolled = random(seed, 'gallery', identity).pick(references);
    gallery.push(enrolled);
    const own = asking.filter((i) => i !== enrolled);
    probes.push(...own);
    if (own.length === 0) distractors++;
  }
  return { gallery, probes, distractors, unenrolled, reason: reasonOf(gallery.length, probes.length) };
}

function reasonOf(gallery: number, probes: number): string | null {
  if (probes === 0)
    return `no probes: none of the ${gallery} identities enrolled has another picture to ask with`;
  if (gallery < 2) return 'one identity alone is enrolled: there is nobody to confuse it with';
  return null;
}
