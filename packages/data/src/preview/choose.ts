/** Which samples a preview shows. */
import type { OpenData } from '../config.ts';
import type { Face, FaceRef, Occluder } from '../face.ts';
import { spread } from '../faces/spread.ts';
import { occludedBy, type Sample } from '../sample.ts';
import { UnusableFace } from '../unusable.ts';

export interface Shown {
  readonly sample: Sample;
  readonly face: Face;
}

/** Up to `people` samples of each kind of occluder, each of another person as far as there are enough. */
export async function chooseSamples(data: OpenData, people: number): Promise<Map<string, Shown[]>> {
  const { source, occluders } = data;
  const shown = new Map<string, Shown[]>();
  const drawn = occluders[0]?.occluder as Occluder;
  const kinds = source.composed
    ? [...new Set(source.faces.map(kindOf))].sort().map((kind) => ({ kind, occluder: drawn }))
    : occluders.map(({ occluder }) => ({ kind: occluder.name, occluder }));
  const identities = new Set(source.faces.map(({ identity }) => identity)).size;
  for (const [k, { kind, occluder }] of kinds.entries()) {
    const candidates = spread(source.faces).filter(
      (index) => !source.composed || kindOf(source.faces[index] as FaceRef) === kind,
    );
    // Every kind begins at other people, where it can be drawn over any.
    const from = source.composed ? 0 : Math.floor((k * identities) / kinds.length);
    const faces = await loadFirst(data, [...candidates.slice(from), ...candidates.slice(0, from)], people);
    const samples = faces.map(async (face) => ({
      face,
      sample: await occludedBy(occluder, face, 0, data.config),
    }));
    shown.set(kind, await Promise.all(samples));
  }
  return shown;
}

const kindOf = ({ occluder }: FaceRef): string => occluder ?? 'unknown';

/** The first faces that can be used. */
async function loadFirst({ source }: OpenData, indices: readonly number[], count: number): Promise<Face[]> {
  const faces: Face[] = [];
  for (const index of indices) {
    if (faces.length === count) break;
    try {
      faces.push(await source.load(index));
    } catch (error) {
      if (!(error instanceof UnusableFace)) throw error;
    }
  }
  return faces;
}
