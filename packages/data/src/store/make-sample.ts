/** A sample as it is stored: described, hashed, encoded. */
import type { OpenData } from '../config.ts';
import type { FaceRef, Pose } from '../face.ts';
import { hullOf } from '../hull.ts';
import { toSixteenths } from '../mesh/mesh.ts';
import { composeSample } from '../sample.ts';
import { type Unusable, UnusableFace } from '../unusable.ts';
import { type Description, MEMBERS, type Member } from './format.ts';
import { maskPixels, sha256 } from './pixels.ts';
import { encodeMaskPng, encodeRgbPng } from './png.ts';
import { padded, tarHeader } from './tar-header.ts';

export interface MadeSample extends Pick<Description, 'key' | 'face' | 'identity' | 'occluder' | 'split'> {
  /** Its description as JSON. */
  readonly description: string;
  /** Decoded pixels of clean, occluded and mask, in the order in which the content hash takes them. */
  readonly pixels: readonly [clean: Uint8Array, occluded: Uint8Array, mask: Uint8Array];
  /** Its members as a piece of a tar file. */
  readonly tar: Uint8Array;
  /** Where in the piece each member's content stands: offset and length. */
  readonly places: Readonly<Record<Member, readonly [offset: number, length: number]>>;
}

/**
 * The sample of candidate `index`: the source's faces in order, and again from the first with other occlusions when they are
 * used up. Gives what is amiss where the face is of no use.
 */
export async function makeSample(data: OpenData, index: number): Promise<MadeSample | Unusable> {
  const { source, config, occluders } = data;
  const pass = Math.floor(index / source.faces.length);
  const ref = source.faces[index % source.faces.length] as FaceRef;
  try {
    const face = await source.load(index % source.faces.length);
    const composing = { seed: config.seed, degrade: config.degrade, occluders };
    const composed = await composeSample(face, pass, composing);
    const { clean, occluded, mask, occluder, landmarks, blend, degrade } = composed;
    const pixels = [clean.data, occluded.data, maskPixels(mask)] as const;
    const mesh = toSixteenths(face.mesh);
    const sample: Description = {
      key: pass === 0 ? ref.key : `${ref.key}_${pass}`,
      face: ref.key,
      identity: ref.identity,
      occluder,
      blend,
      degrade,
      pose: face.pose ? rounded(face.pose) : null,
      area: Math.round(hullOf(face).share(mask) * 1e6) / 1e6,
      split: data.split(ref),
      sha256: {
        clean: sha256(pixels[0]),
        occluded: sha256(pixels[1]),
        mask: sha256(pixels[2]),
        mesh: sha256(new Uint8Array(mesh.buffer)),
      },
      landmarks: Array.from(landmarks, shortest),
    };
    const description = JSON.stringify(sample);
    const { width, height } = clean;
    const packed = pack(sample.key, {
      'clean.png': encodeRgbPng(clean.data, width, height),
      'occluded.png': encodeRgbPng(occluded.data, width, height),
      'mask.png': encodeMaskPng(mask, width, height),
      json: new TextEncoder().encode(`${description.slice(0, -1)},"mesh":[${mesh.join()}]}\n`),
    });
    const { key, identity, split } = sample;
    return { key, face: ref.key, identity, occluder, split, description, pixels, ...packed };
  } catch (error) {
    if (error instanceof UnusableFace) return { file: error.file, reason: error.reason };
    throw error;
  }
}

/** The members one after another. */
function pack(
  key: string,
  members: Readonly<Record<Member, Uint8Array>>,
): Pick<MadeSample, 'tar' | 'places'> {
  const headers = MEMBERS.map((member) => tarHeader(`${key}.${member}`, members[member].length));
  const bytes = MEMBERS.map(
    (member, i) => (headers[i] as Uint8Array).length + padded(members[member].length),
  );
  const tar = new Uint8Array(bytes.reduce((sum, length) => sum + length));
  const places = {} as Record<Member, readonly [number, number]>;
  let start = 0;
  MEMBERS.forEach((member, i) => {
    const [header, body] = [headers[i] as Uint8Array, members[member]];
    const at = start + header.length;
    tar.set(header, start);
    tar.set(body, at);
    places[member] = [at, body.length];
    start += bytes[i] as number;
  });
  return { tar, places };
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
