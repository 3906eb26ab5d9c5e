/** A sample as it is stored: described, hashed, encoded. */
import type { OpenData } from '../config.ts';
import type { FaceRef, Pose } from '../face.ts';
import { Hull } from '../hull.ts';
import { toSixteenths } from '../mesh/mesh.ts';
import { composeSample } from '../sample.ts';
import type { Description, Member, SampleJson } from './format.ts';
import { encodeGrey, encodeRgb, maskPixels, sha256 } from './pixels.ts';

export interface MadeSample {
  readonly description: Description;
  /** Decoded pixels of clean, occluded and mask, in the order in which the content hash takes them. */
  readonly pixels: readonly [clean: Uint8Array, occluded: Uint8Array, mask: Uint8Array];
  readonly members: Readonly<Record<Member, Uint8Array>>;
  readonly size: readonly [width: number, height: number];
}

/** Sample `index`: the source's faces in order, and again from the first with other occlusions when they are used up. */
export async function makeSample(data: OpenData, index: number): Promise<MadeSample> {
  const { source, config, occluders } = data;
  const pass = Math.floor(index / source.faces.length);
  const face = await source.load(index % source.faces.length);
  const ref = source.faces[index % source.faces.length] as FaceRef;
  const { key, identity } = ref;
  const { seed, degrade: how } = config;
  const composing = { seed, degrade: how, occluders };
  const { clean, occluded, mask, occluder, landmarks, blend, degrade } = await composeSample(
    face,
    pass,
    composing,
  );
  const pixels = [clean.data, occluded.data, maskPixels(mask)] as const;
  const mesh = toSixteenths(face.mesh);
  const description: Description = {
    key: pass === 0 ? key : `${key}_${pass}`,
    face: key,
    identity,
    occluder,
    blend,
    degrade,
    pose: face.pose ? rounded(face.pose) : null,
    area: Math.round(new Hull(face).share(mask) * 1e6) / 1e6,
    split: data.split(ref),
    sha256: {
      clean: sha256(pixels[0]),
      occluded: sha256(pixels[1]),
      mask: sha256(pixels[2]),
      mesh: sha256(new Uint8Array(mesh.buffer)),
    },
    landmarks: Array.from(landmarks, shortest),
  };
  const members = {
    'clean.png': await encodeRgb(clean),
    'occluded.png': await encodeRgb(occluded),
    'mask.png': await encodeGrey(pixels[2], clean.width, clean.height),
    json: new TextEncoder().encode(
      `${JSON.stringify({ ...description, mesh: [...mesh] } satisfies SampleJson)}\n`,
    ),
  };
  return { description, pixels, members, size: [clean.width, clean.height] };
}

/** To a thousandth of a degree: finer is noise, and the last bits of trigonometry are not the same in every version of Node. */
const rounded = ({ yaw, pitch, roll }: Pose): Pose => {
  const [y, p, r] = [yaw, pitch, roll].map((angle) => Math.round(angle * 1000) / 1000 + 0) as [
    number,
    number,
    number,
  ];
  return { yaw: y, pitch: p, roll: r };
};

/** The shortest decimal that is the same 32-bit float. */
function shortest(value: number): number {
  for (let digits = 6; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
