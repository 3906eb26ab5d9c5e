/** A sample as it is stored: described, hashed, encoded. */
import { packTar } from 'modern-tar';
import type { OpenData } from '../config.ts';
import type { FaceRef, Pose } from '../face.ts';
import { hullOf } from '../hull.ts';
import { toSixteenths } from '../mesh/mesh.ts';
import { composeSample } from '../sample.ts';
import { type Unusable, UnusableFace } from '../unusable.ts';
import { type Description, MEMBERS, type Member, type SampleJson } from './format.ts';
import { maskPixels, sha256 } from './pixels.ts';
import { encodeMaskPng, encodeRgbPng } from './png.ts';

export interface MadeSample {
  readonly description: Description;
  /** Decoded pixels of clean, occluded and mask, in the order in which the content hash takes them. */
  readonly pixels: readonly [clean: Uint8Array, occluded: Uint8Array, mask: Uint8Array];
  /** The sample's members as a piece of a tar file. */
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
    const sample = await composeSample(face, pass, composing);
    const { clean, occluded, mask, occluder, landmarks, blend, degrade } = sample;
    const pixels = [clean.data, occluded.data, maskPixels(mask)] as const;
    const mesh = toSixteenths(face.mesh);
    const description: Description = {
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
    const json: SampleJson = { ...description, mesh: [...mesh] };
    const { width, height } = clean;
    const packed = await pack(description.key, {
      'clean.png': encodeRgbPng(clean.data, width, height),
      'occluded.png': encodeRgbPng(occluded.data, width, height),
      'mask.png': encodeMaskPng(mask, width, height),
      json: new TextEncoder().encode(`${JSON.stringify(json)}\n`),
    });
    return { description, pixels, ...packed };
  } catch (error) {
    if (error instanceof UnusableFace) return { file: error.file, reason: error.reason };
    throw error;
  }
}

/** What ends a tar file: two blocks of zeros. */
const END_BYTES = 1024;
const BLOCK_BYTES = 512;

/** The members one after another; the same content gives the same bytes at any time. */
async function pack(
  key: string,
  members: Readonly<Record<Member, Uint8Array>>,
): Promise<Pick<MadeSample, 'tar' | 'places'>> {
  const pieces: Uint8Array[] = [];
  const places = {} as Record<Member, readonly [number, number]>;
  let bytes = 0;
  for (const member of MEMBERS) {
    const body = members[member];
    const header = {
      name: `${key}.${member}`,
      size: body.length,
      mode: 0o644,
      mtime: new Date(0),
      type: 'file' as const,
    };
    const entry = (await packTar([{ header, body }])).subarray(0, -END_BYTES);
    // A name too long for a plain header has further blocks before its content.
    const padded = Math.ceil(body.length / BLOCK_BYTES) * BLOCK_BYTES;
    places[member] = [bytes + entry.length - padded, body.length];
    pieces.push(entry);
    bytes += entry.length;
  }
  return { tar: new Uint8Array(Buffer.concat(pieces)), places };
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
