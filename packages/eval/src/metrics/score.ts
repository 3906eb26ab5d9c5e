/** All metrics of one restored picture, by the keys of `cards.ts`. */
import type { Rgb, Sample } from '@fsg/data';
import type { PictureRegion } from '../pictures/regions.ts';
import type { Instruments, Restoration, Scores } from '../protocol.ts';
import { LANDMARK_ERROR, LPIPS, similarityKey } from './cards.ts';
import { meshError } from './landmarks.ts';
import { measurePair } from './measure-pair.ts';
import { measureRelease } from './release.ts';
import { cosine, intersectionOverUnion } from './similarity.ts';

/** Of its pixels, and of the hole that it believes in. `regions`: the sample's. */
export function scorePixels(
  { image, hole }: Restoration,
  { clean, mask }: Sample,
  regions: Readonly<Record<string, PictureRegion>>,
): Scores {
  const { width, height } = clean;
  const ours = measurePair(image.data, clean.data, width, height, regions);
  const release = measureRelease(image.data, clean.data, width, height);
  const iou = hole ? intersectionOverUnion(hole, mask) : null;
  const noIou = hole ? 'nothing occluded or predicted' : 'predicts no hole';
  return {
    values: { ...ours.values, ...release.values, hole_iou: iou },
    why: { ...ours.why, ...release.why, ...(iou === null && { hole_iou: noIou }) },
  };
}

/** How the pictures look to networks, as far as there are such. */
export async function scoreLooks(
  pictures: readonly Rgb[],
  samples: readonly Sample[],
  { perceptual, findMesh }: Instruments,
): Promise<Scores[]> {
  const clean = samples.map((sample) => sample.clean);
  const distances = perceptual && (await perceptual.distance(pictures, clean));
  const scores: Scores[] = [];
  for (const [i, picture] of pictures.entries()) {
    const values: Record<string, number | null> = {};
    const why: Record<string, string> = {};
    if (distances) values[LPIPS] = distances[i] as number;
    if (findMesh) {
      const mesh = await findMesh(picture);
      values[LANDMARK_ERROR] = mesh && meshError(mesh, (samples[i] as Sample).mesh);
      if (!mesh) why[LANDMARK_ERROR] = 'no face was found in it';
    }
    scores.push({ values, why });
  }
  return scores;
}

/** Likeness to the clean image by each judge: `features` hold, at these places, those of the clean image and of the restored one. */
export function scoreIdentity(
  features: Readonly<Record<string, readonly Float32Array[]>>,
  clean: number,
  restored: number,
): Scores {
  const values: Record<string, number | null> = {};
  const why: Record<string, string> = {};
  for (const [judge, all] of Object.entries(features)) {
    const key = similarityKey(judge);
    values[key] = cosine(all[clean] as Float32Array, all[restored] as Float32Array);
    if (values[key] === null) why[key] = 'a feature vector of length 0';
  }
  return { values, why };
}
