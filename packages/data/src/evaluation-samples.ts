/** The fixed samples by which validation and tests measure. */
import type { OpenData } from './config.ts';
import type { Occluder } from './face.ts';
import type { FaceSet } from './faces/open-faces.ts';
import { spread } from './faces/spread.ts';
import { occludedBy, type Sample } from './sample.ts';

/**
 * Always the same samples: the first face of every identity, then every second one and so on up to `count`, the
 * kinds of occluder in turn, each as often as the others (to within one), no augmentation. Made one by one as they are
 * asked for; `from`: leaves out so many of the first.
 */
export async function* evaluationSamples(
  data: OpenData,
  faces: FaceSet,
  count = faces.size,
  from = 0,
): AsyncGenerator<Sample> {
  const kinds = data.occluders.length;
  const { refs } = faces.file;
  const identities = new Set(refs.map(({ identity }) => identity)).size;
  for (const [n, index] of spread(refs, count).entries()) {
    if (n < from) continue;
    // Without the shift an identity would meet one kind alone where the kinds divide the identities' number.
    const shift = identities % kinds === 0 ? Math.floor(n / identities) : 0;
    const { occluder } = data.occluders[(n + shift) % kinds] as { occluder: Occluder };
    yield occludedBy(occluder, faces.face(index), 'evaluation', data.config);
  }
}

/** The faces as they are, in the same order: occluded for real, with no clean picture and no mask. */
export function* plainSamples(faces: FaceSet, count = faces.size, from = 0): Generator<Sample> {
  const { refs } = faces.file;
  for (const [n, index] of spread(refs, count).entries()) {
    if (n < from) continue;
    const { key, identity, image, landmarks, mesh } = faces.face(index);
    const mask = new Uint8Array(image.width * image.height);
    const pixels = { clean: image, occluded: image, mask };
    yield { key, identity, occluder: 'real', ...pixels, landmarks, mesh, blend: null, degrade: null };
  }
}

/** All of them at once, where they are few. */
export async function allSamples(samples: AsyncIterable<Sample> | Iterable<Sample>): Promise<Sample[]> {
  const all: Sample[] = [];
  for await (const sample of samples) all.push(sample);
  return all;
}
