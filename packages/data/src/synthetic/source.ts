import { z } from 'zod';
import type { Face, FaceRef, FaceSource } from '../face.ts';
import type { Framing } from './framing.ts';
import { type Attributes, type Identity, identityName, identityOf, type Population } from './identity.ts';
import { type ImageParams, imageOf } from './image.ts';
import { type Person, personOf, type Rendered, renderPerson } from './render.ts';

/** A population of synthetic people: each has `imagesPerIdentity` pictures. */
export const SyntheticFacesConfig = z.strictObject({
  seed: z.int().min(0),
  identities: z.int().min(1).max(99_999),
  imagesPerIdentity: z.int().min(1).max(999),
  /** 'b' has other cameras, other light and other hair, for tests across data sets. */
  population: z.enum(['a', 'b']).default('a'),
  /** Side of the pictures in pixels. */
  size: z.int().min(32).max(512).default(128),
});
export type SyntheticFacesOptions = z.input<typeof SyntheticFacesConfig>;

export interface SyntheticFaces extends FaceSource {
  readonly synthetic: true;
  readonly population: Population;
  /** Classes of skin and hair of the person in picture `index`. */
  attributes(index: number): Attributes;
}

/** People whose textures are kept: neighbours in the list share them. */
const KEPT = 8;
const people = new Map<string, Person>();

function remember(key: string, identity: () => Identity): Person {
  const known = people.get(key);
  if (known) return known;
  const person = personOf(identity());
  if (people.size >= KEPT) people.delete(people.keys().next().value as string);
  people.set(key, person);
  return person;
}

/** Renders a person given by parameters; landmarks in pixels of the framing. */
export const renderFace = (
  identity: Identity,
  image: ImageParams,
  framing: Framing = { size: 128, zoom: 1 },
): Rendered => renderPerson(personOf(identity), image, framing);

/**
 * Synthetic people, drawn when asked for. Keys are `a-00017-2`: population, person, picture. The same options and
 * index give the same pixels on every machine; `load` keeps the last few people, so load neighbours together.
 */
export function syntheticFaces(options: SyntheticFacesOptions): SyntheticFaces {
  const { seed, identities, imagesPerIdentity, population, size } = SyntheticFacesConfig.parse(options);
  const faces: FaceRef[] = [];
  for (let i = 0; i < identities; i++) {
    const identity = identityName(population, i);
    for (let k = 0; k < imagesPerIdentity; k++) faces.push({ key: `${identity}-${k}`, identity });
  }
  const identityAt = (index: number): Identity =>
    identityOf(seed, Math.floor(index / imagesPerIdentity), population);
  return {
    name: `synthetic-${population}`,
    synthetic: true,
    size: { width: size, height: size },
    composed: false,
    fingerprint: '',
    population,
    faces,
    attributes: (index) => identityAt(index).attributes,
    async load(index): Promise<Face> {
      const ref = faces[index];
      if (!ref)
        throw new RangeError(
          `synthetic faces: picture ${index} asked for, there are ${faces.length} (0 to ${faces.length - 1})`,
        );
      const person = remember(`${seed} ${ref.identity}`, () => identityAt(index));
      const image = imageOf(seed, ref.identity, index % imagesPerIdentity, population);
      const { image: picture, landmarks, mesh } = renderPerson(person, image, { size, zoom: 1 });
      return { ...ref, image: picture, landmarks, mesh, pose: image.pose };
    },
  };
}
