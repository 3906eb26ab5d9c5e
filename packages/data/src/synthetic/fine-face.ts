/** The face mesh at four times its triangles, as the synthetic people wear it. */
import { MESH_POINTS, neutral, triangles, uv } from '../mesh/template.ts';
import { type Subdivision, subdivide } from './subdivision.ts';

/** The face mesh, each triangle split in four; its first 468 vertices keep their numbers. */
export const fineFace: Subdivision = subdivide(MESH_POINTS, triangles);
/** Texture coordinates of the fine mesh in [0, 1], v down; the face fills [0.1, 0.9]. */
export const faceUv: Float32Array = fineFace.apply(uv, 2).map((value) => 0.1 + 0.8 * value);
/** The mean face on the fine mesh. */
export const fineNeutral: Float32Array = fineFace.apply(neutral, 3);

/** Fine vertices along the outer rim of the face, beginning at the top of the forehead. */
export const faceRim: readonly number[] = traceRim();

function traceRim(): number[] {
  const { triangles: fine } = fineFace;
  const next = new Map<number, number>();
  const inner = new Set<number>();
  for (let t = 0; t < fine.length; t += 3)
    for (let k = 0; k < 3; k++) inner.add(fine[t + k]! * 65536 + fine[t + ((k + 1) % 3)]!);
  for (const edge of inner) {
    const a = Math.floor(edge / 65536);
    const b = edge % 65536;
    if (!inner.has(b * 65536 + a)) next.set(a, b);
  }
  const rim = [10];
  for (let v = next.get(10)!; v !== 10; v = next.get(v)!) rim.push(v);
  return rim;
}
