/** Finds the faces of a picture and their meshes: BlazeFace says where, the mesh network looks there twice. */
import { readPackaged } from '@fsg/engine/packaged';
import { z } from 'zod';
import type { Rgb } from '../face.ts';
import { fiveOf } from '../mesh/landmarks68.ts';
import type { FaceMesh } from '../mesh/mesh.ts';
import { type BlazeFace, type Candidate, openBlazeFace } from './blaze-face.ts';
import { area, type Scored, strongest } from './boxes.ts';
import {
  boxOf,
  cutOfCandidate,
  cutOfMesh,
  eyeLine,
  type MeshNetwork,
  openMeshNetwork,
} from './mesh-network.ts';
import { Pyramid } from './pyramid.ts';

/** `score`: how sure the mesh network is, in [0, 1], the lower of two looks. `box` bounds the mesh. */
export interface DetectedFace extends Scored {
  /** In the picture's pixels; its depth is counted from the mean of its points. */
  readonly mesh: FaceMesh;
  /** Eyes' centres (the picture's left one first), tip of the nose, corners of the mouth: x0, y0 … in pixels. */
  readonly five: Float32Array;
}

export interface Detector {
  readonly name: string;
  /**
   * Every face that is at least 30 pixels and a fiftieth of the picture's longer side wide, the largest first; none where
   * none is found. Profiles are left out, for which the mesh network is not made.
   */
  detect(image: Rgb): Promise<DetectedFace[]>;
  dispose(): void;
}

/** Changes with whatever changes what is found. */
const REVISION = 1;

/** What a landmark file names as its detector. */
export function detectorName(): string {
  const json = readPackaged({
    packageName: '@vladmandic/human',
    path: 'package.json',
    from: import.meta.url,
  });
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(json.toString()));
  return `blazeface-facemesh ${REVISION} (@vladmandic/human ${version})`;
}

/** Opens the packaged networks on the running backend. Throws a UserError where the package is not installed. */
export async function openDetector(): Promise<Detector> {
  const [blazeFace, meshNetwork] = await Promise.all([openBlazeFace(), openMeshNetwork()]);
  return {
    name: detectorName(),
    detect: async (image) => facesIn(new Pyramid(image), blazeFace, meshNetwork),
    dispose: () => {
      blazeFace.dispose();
      meshNetwork.dispose();
    },
  };
}

function facesIn(picture: Pyramid, blazeFace: BlazeFace, meshNetwork: MeshNetwork): DetectedFace[] {
  const found = blazeFace.find(picture).flatMap((candidate) => faceAt(picture, candidate, meshNetwork) ?? []);
  return strongest(found).sort((a, b) => area(b.box) - area(a.box));
}

/** Occluded faces score above it; most profiles, whose meshes are wrong, below. */
const SURE = 0.7;
/** Sine of the angle by which the eyes may still be askew in the second cut, which the first mesh has turned. */
const ASKEW = 0.25;

/** The second look is from where the first has found the face, as MediaPipe follows one through a film. */
function faceAt(picture: Pyramid, candidate: Candidate, network: MeshNetwork): DetectedFace | null {
  const first = network.fit(picture, cutOfCandidate(candidate));
  if (first.score < SURE) return null;
  const { mesh, score } = network.fit(picture, cutOfMesh(first.mesh));
  if (score < SURE || askew(first.mesh, mesh) > ASKEW) return null;
  return { score: Math.min(first.score, score), box: boxOf(mesh), mesh, five: fiveOf(mesh) };
}

/** Sine of the angle between the lines of the eyes, 1 where it is more than a right one. */
function askew(first: FaceMesh, second: FaceMesh): number {
  const [a, b] = [eyeLine(first), eyeLine(second)];
  return a.cos * b.cos + a.sin * b.sin > 0 ? Math.abs(a.cos * b.sin - a.sin * b.cos) : 1;
}
