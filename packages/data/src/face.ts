/**
 * What the rest of the package passes around. Images are RGB, row-major, interleaved, 8 bits a channel;
 * points are x, y in pixels, x to the right, y down, the first pixel's centre at (0, 0).
 */
import type { FaceMesh } from './mesh/mesh.ts';
import type { Random } from './random.ts';
import type { Split } from './split.ts';

/** An RGB picture: `data.length === width * height * 3`. */
export interface Rgb {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Head pose in degrees: yaw > 0 looks to the picture's right, pitch > 0 looks up, roll > 0 turns clockwise. */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

/** One picture of one person. `landmarks` are the 68 points of iBUG 300-W, 136 numbers x0, y0, x1, y1 … */
export interface Face extends FaceRef {
  readonly image: Rgb;
  readonly landmarks: Float32Array;
  readonly mesh: FaceMesh;
  readonly pose?: Pose;
  /** Where the source holds pairs: how this face is occluded there. */
  readonly occlusion?: Occlusion;
}

/** Names one picture of a source without loading it. `key` is unique in the source and safe as a file name. */
export interface FaceRef {
  readonly key: string;
  readonly identity: string;
  /** The side that the data set's makers put it on, where they did. */
  readonly split?: Split;
  /** The kind of occlusion, where the source holds pairs. */
  readonly occluder?: string;
}

/** Where faces come from: synthetic people, CelebA, LFW, folders, stored sets. */
export interface FaceSource {
  readonly name: string;
  /** True where no real person is shown; said wherever the pictures or their figures appear. */
  readonly synthetic: boolean;
  /** Of every picture. */
  readonly size: { readonly width: number; readonly height: number };
  /** True where it holds pairs: every face comes with its occlusion. */
  readonly composed: boolean;
  /** Changes with the files behind the source; empty where there are none. */
  readonly fingerprint: string;
  readonly faces: readonly FaceRef[];
  /** Throws an `UnusableFace` where this one picture is of no use. */
  load(index: number): Promise<Face>;
}

/** What an occluder drew over a face: the pixels it covers are those with `mask` 1. */
export interface Occlusion {
  readonly occluded: Rgb;
  /** 1 where the pixel differs from the clean one, else 0; `width * height` values. */
  readonly mask: Uint8Array;
  /** How it was drawn: colours, shapes, light. */
  readonly blend?: Blend;
}

export type Blend = Readonly<Record<string, string | number>>;

/** A kind of occlusion. The same face and random stream give the same pixels on every machine. */
export interface Occluder {
  readonly name: string;
  /** SHA-256 of each file of the user's that it draws with, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  occlude(face: Face, random: Random): Occlusion;
}
