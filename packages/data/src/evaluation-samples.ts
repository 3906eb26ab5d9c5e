/** The fixed samples by which validation and tests measure. */
import type { OpenData } from './config.ts';
import type { Occluder } from './face.ts';
import type { FaceSet } from './faces/open-faces.ts';
import { spread } from './faces/spread.ts';
import { occludedBy, type Sample } from './sample.ts';

/**
 * Always the same samples: the first face of every identity, then every second one and so on up to `count`, the
 * kinds of occluder in turn, each as often as the others (to within one), no augmentation.
 */
export function evaluationSamples(data: OpenData, faces: FaceSet, count = faces.size): Promise<Sample[]> {
  const kinds = data.occluders.length;
  const { refs } = faces.file;
  const identities = new Set(refs.map(({ identity }) => identity)).size;
  const samples = spread(refs, count).map((index, n) => {
    // Without the shift an identity would meet one kind alone where the kinds divide the identities' number.
    const shift = identities % kinds === 0 ? Math.floor(n / identities) : 0;
    const { occluder } = data.occluders[(n + shift) % kinds] as { occluder: Occluder };
    return occludedBy(occluder, faces.face(index), 'evaluation', data.config);
  });
  return Promise.all(samples);
}
