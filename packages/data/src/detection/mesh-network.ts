/**
 * MediaPipe's face mesh: 468 points of one face in three dimensions. Source: Kartynnik et al. 2019; cuts as in MediaPipe's
 * face_landmark (half as wide again as the face, the eyes level). Packaged by human.
 */
import { type Tensor, tf } from '@fsg/engine';
import { openPackagedGraph } from '@fsg/engine/packaged';
import { type FaceMesh, MESH_VALUES, type Similarity, transformed } from '../mesh/mesh.ts';
import type { Candidate } from './blaze-face.ts';
import type { Box } from './boxes.ts';
import type { Pyramid } from './pyramid.ts';

const SIZE = 192;
const MARGIN = 1.5;
/** Outer corners of the eyes. */
const [LEFT, RIGHT] = [33, 263];

export interface MeshNetwork {
  /** The mesh of the face that the cut shows, in the picture's pixels, and how sure it is that there is one, in [0, 1]. */
  fit(picture: Pyramid, cut: Similarity): { readonly mesh: FaceMesh; readonly score: number };
  dispose(): void;
}

export async function openMeshNetwork(): Promise<MeshNetwork> {
  const { network } = await openPackagedGraph({
    packageName: '@vladmandic/human',
    path: 'models/facemesh',
    from: import.meta.url,
  });
  const run = (pixels: Float32Array): [mesh: Float32Array, score: Float32Array] =>
    tf.tidy(() => {
      const image = tf.tensor4d(pixels, [1, SIZE, SIZE, 3]);
      const outputs = network.execute(tf.div(image, 255), ['output_mesh', 'output_faceflag']) as Tensor[];
      return outputs.map((output) => output.dataSync()) as [Float32Array, Float32Array];
    });
  return {
    fit(picture, cut) {
      const [points, [score]] = run(picture.cut(cut, SIZE));
      return { mesh: transformed(asOurs(points), cut), score: score as number };
    },
    dispose: () => network.dispose(),
  };
}

/** The network counts from the first pixel's corner, and depth away from the viewer. */
function asOurs(points: Float32Array): Float32Array {
  const mesh = new Float32Array(MESH_VALUES);
  for (let i = 0; i < MESH_VALUES; i += 3) {
    mesh[i] = (points[i] as number) - 0.5;
    mesh[i + 1] = (points[i + 1] as number) - 0.5;
    mesh[i + 2] = -(points[i + 2] as number);
  }
  return mesh;
}

/** The cut around a detected face. */
export function cutOfCandidate({ box: { x, y, width, height }, eyes }: Candidate): Similarity {
  const [leftX, leftY, rightX, rightY] = eyes;
  const axis = direction(rightX - leftX, rightY - leftY);
  return cutAround(x + width / 2, y + height / 2, Math.max(width, height), axis);
}

/** The cut around a known face, by the box that is level with its eyes. */
export function cutOfMesh(mesh: FaceMesh): Similarity {
  const axis = eyeLine(mesh);
  const { cos, sin } = axis;
  const level = boxOf(transformed(mesh, { a: cos, b: -sin, e: 0, f: 0 }));
  const [u, v] = [level.x + level.width / 2, level.y + level.height / 2];
  return cutAround(cos * u - sin * v, sin * u + cos * v, Math.max(level.width, level.height), axis);
}

/** The box that bounds a mesh. */
export function boxOf(mesh: FaceMesh): Box {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < mesh.length; i += 3) {
    const [x, y] = [mesh[i] as number, mesh[i + 1] as number];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Unit vector from the eye in the picture's left half to the other one. */
interface Direction {
  readonly cos: number;
  readonly sin: number;
}

export const eyeLine = (mesh: FaceMesh): Direction =>
  direction(
    (mesh[3 * RIGHT] as number) - (mesh[3 * LEFT] as number),
    (mesh[3 * RIGHT + 1] as number) - (mesh[3 * LEFT + 1] as number),
  );

function direction(x: number, y: number): Direction {
  const length = Math.sqrt(x * x + y * y);
  return length > 0 ? { cos: x / length, sin: y / length } : { cos: 1, sin: 0 };
}

/** Carries the cut's pixels to the picture's. */
function cutAround(x: number, y: number, side: number, { cos, sin }: Direction): Similarity {
  const scale = (MARGIN * side) / SIZE;
  const [a, b] = [scale * cos, scale * sin];
  const middle = (SIZE - 1) / 2;
  return { a, b, e: x - (a - b) * middle, f: y - (a + b) * middle };
}
