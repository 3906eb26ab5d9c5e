/** What is measured of a sample. */
import type { OpenData } from '../config.ts';
import type { FaceRef, Pose } from '../face.ts';
import { hullOf } from '../hull.ts';
import { anglesOf, headPose } from '../mesh/head-pose.ts';
import { REGIONS, regionsOf, shareUnder } from '../regions.ts';
import { composeSample } from '../sample.ts';
import type { Split } from '../split.ts';
import { type Unusable, UnusableFace } from '../unusable.ts';

export interface Measured {
  readonly identity: string;
  readonly occluder: string;
  readonly split: Split;
  /** Share of the hull of the landmarks that is occluded. */
  readonly area: number;
  /** The source's, where it knows it, else the mesh's. */
  readonly pose: Pose;
  /** Share of each of REGIONS under the mask; null where none of it lies in the picture. */
  readonly regions: readonly (number | null)[];
}

/** The sample of this number among those that `synthesise` would store; or why its face is of no use. */
export async function measureSample(data: OpenData, index: number): Promise<Measured | Unusable> {
  const { source, config, occluders } = data;
  const count = source.faces.length;
  const ref = source.faces[index % count] as FaceRef;
  try {
    const face = await source.load(index % count);
    const { seed, degrade } = config;
    const composing = { seed, degrade, occluders };
    const { mask, occluder } = await composeSample(face, Math.floor(index / count), composing);
    const inside = regionsOf(face.mesh, face.image.width, face.image.height);
    return {
      identity: ref.identity,
      occluder,
      split: data.split(ref),
      area: hullOf(face).share(mask),
      pose: face.pose ?? anglesOf(headPose(face.mesh)),
      regions: REGIONS.map((region) => shareUnder(inside[region], mask)),
    };
  } catch (error) {
    if (!(error instanceof UnusableFace)) throw error;
    return { file: error.file, reason: error.reason };
  }
}
