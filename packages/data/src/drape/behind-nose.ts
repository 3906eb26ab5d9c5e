/** What the nose hides of things worn beside it, where the head is turned. */
import type { Coverage } from '../draw/polygon.ts';
import type { Rgb } from '../face.ts';
import type { FaceMesh } from '../mesh/mesh.ts';
import { MESH_POINTS, neutral, triangles } from '../mesh/template.ts';
import type { Chart } from './eyewear-front.ts';
import { drawSheet, type Layer } from './layer.ts';

/** Ridge, tip and sides of the nose. */
const VERTICES = Array.from({ length: MESH_POINTS }, (_, v) => v).filter((v) => {
  const [x, y, z] = [neutral[3 * v]!, neutral[3 * v + 1]!, neutral[3 * v + 2]!];
  return Math.abs(x) < 1.9 && y > -4.6 && y < 0.9 && z > 0.9;
});
const TRIANGLES = Uint16Array.from(
  triangles
    .map((corners) => corners.map((v) => VERTICES.indexOf(v)))
    .filter((corners) => Math.min(...corners) >= 0)
    .flat(),
);

/** The nose of a face in the picture; `u` is its depth z in pixels. */
export function noseLayer(mesh: FaceMesh, { width, height }: Pick<Rgb, 'width' | 'height'>): Layer {
  const points = Float32Array.from(
    VERTICES.flatMap((v) => [mesh[3 * v]!, mesh[3 * v + 1]!, mesh[3 * v + 2]!]),
  );
  const uv = Float32Array.from(VERTICES.flatMap((v) => [mesh[3 * v + 2]!, 0]));
  return drawSheet({ uv, triangles: TRIANGLES }, points, width, height);
}

/** Takes out of a shape in the chart's plane what lies behind the nose. */
export function hideBehind(nose: Layer, shape: Coverage, chart: Chart): void {
  for (let y = Math.max(nose.top, shape.top); y < Math.min(nose.bottom, shape.bottom); y++) {
    for (let x = Math.max(nose.left, shape.left); x < Math.min(nose.right, shape.right); x++) {
      const there = (y - nose.top) * nose.stride + x - nose.left;
      if (nose.values[there] === 0 || nose.u[there]! <= chart.depth(x, y)) continue;
      const at = (y - shape.top) * shape.stride + x - shape.left;
      shape.values[at] = shape.values[at]! * (1 - nose.values[there]!);
    }
  }
}
