/** The face mesh drawn over a picture. */
import { drawOver } from '@fsg/plots';
import type { Rgb } from '../face.ts';
import type { FaceMesh } from '../mesh/mesh.ts';
import { triangles } from '../mesh/template.ts';

/** What is left of the picture's brightness under the lines. */
const GROUND = 0.55;
const LINE_WIDTH = 0.75;

/**
 * The picture darkened, and over it the triangles that face the viewer, their edges the brighter the more they do. `zoom`:
 * pixels of the picture for each unit of the mesh.
 */
export function meshPicture(picture: Rgb, mesh: FaceMesh, zoom: number): Rgb {
  const drawn = { ...picture, data: picture.data.map((value) => GROUND * value) };
  const edges = [...facingEdges(mesh)].map(([edge, facing]) => {
    const [a, b] = edge.split(' ').map(Number) as [number, number];
    const [x1, y1, x2, y2] = [a, b].flatMap((v) => [at(mesh, v, 0, zoom), at(mesh, v, 1, zoom)]);
    return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke-opacity="${(0.1 + 0.9 * facing * facing).toFixed(2)}"/>`;
  });
  drawOver(drawn, `<g stroke="#ffffff" stroke-width="${LINE_WIDTH}">${edges.join('')}</g>`);
  return drawn;
}

/** SVG counts from a pixel's corner, the mesh from its centre. */
const at = (mesh: FaceMesh, vertex: number, axis: 0 | 1, zoom: number): string =>
  (((mesh[3 * vertex + axis] as number) + 0.5) * zoom).toFixed(2);

/** Edges "a b" of triangles that face the viewer, and how much the triangle does that does most: 1 is straight on. */
function facingEdges(mesh: FaceMesh): Map<string, number> {
  const edges = new Map<string, number>();
  for (const triangle of triangles) {
    const facing = facingOf(mesh, triangle);
    if (facing <= 0) continue;
    triangle.forEach((a, i) => {
      const b = triangle[(i + 1) % 3] as number;
      const edge = a < b ? `${a} ${b}` : `${b} ${a}`;
      edges.set(edge, Math.max(facing, edges.get(edge) ?? 0));
    });
  }
  return edges;
}

/** The normal's part towards the viewer; the sign that the mesh's triangles have in the mean face is in front. */
function facingOf(mesh: FaceMesh, triangle: readonly number[]): number {
  const [a, b, c] = triangle.map((v) => mesh.subarray(3 * v, 3 * v + 3)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const side = (p: Float32Array, axis: number): number => (p[axis] as number) - (a[axis] as number);
  const cross = (i: number, j: number): number => side(b, i) * side(c, j) - side(b, j) * side(c, i);
  const [x, y, z] = [cross(1, 2), cross(2, 0), cross(0, 1)];
  return -z / (Math.sqrt(x * x + y * y + z * z) || 1);
}
