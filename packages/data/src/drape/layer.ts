/** Draws worn surfaces into the picture's pixels: how much of each they cover, which place of theirs it shows, where it faces. */
import { Coverage } from '../draw/polygon.ts';
import { vertexNormals } from './normals.ts';
import type { Sheet } from './wear.ts';

/** By pixel of the coverage's box; of the foremost surface where several lie one behind another. */
export class Layer extends Coverage {
  /** Place on the surface. */
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** Where it faces: a unit vector, x to the right, y down, z to the viewer. */
  readonly nx: Float32Array;
  readonly ny: Float32Array;
  readonly nz: Float32Array;

  constructor(left: number, top: number, right: number, bottom: number) {
    super(left, top, right, bottom);
    const array = (): Float32Array => new Float32Array(this.values.length);
    [this.u, this.v, this.nx, this.ny, this.nz] = [array(), array(), array(), array(), array()];
  }
}

/** Samples a pixel's side. */
const SAMPLES = 2;

/** Of each sample: depth, triangle, and shares of its second and third corner. Grows with the largest box. */
const scratch = {
  depth: new Float32Array(0),
  triangle: new Int16Array(0),
  second: new Float32Array(0),
  third: new Float32Array(0),
};

function clearScratch(size: number): void {
  if (scratch.depth.length < size) {
    scratch.depth = new Float32Array(size);
    scratch.triangle = new Int16Array(size);
    scratch.second = new Float32Array(size);
    scratch.third = new Float32Array(size);
  }
  scratch.depth.fill(Number.NEGATIVE_INFINITY, 0, size);
  scratch.triangle.fill(-1, 0, size);
}

/** Whether the inside of a sheet is seen too, or what it goes round hides it. */
type Sides = 'both' | 'outside';

/** `positions`: [N, 3] in pixels, as `wear` gives them. Cut off at the picture's borders. */
export function drawSheet(
  { uv, triangles }: Pick<Sheet, 'uv' | 'triangles'>,
  positions: Float32Array,
  width: number,
  height: number,
  sides: Sides = 'both',
): Layer {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i += 3) {
    left = Math.min(left, positions[i]!);
    right = Math.max(right, positions[i]!);
    top = Math.min(top, positions[i + 1]!);
    bottom = Math.max(bottom, positions[i + 1]!);
  }
  const low = (value: number): number => Math.max(0, Math.floor(value));
  const high = (value: number, most: number): number => Math.min(most, Math.ceil(value) + 1);
  const layer = new Layer(low(left), low(top), high(right, width), high(bottom, height));
  const wide = layer.stride * SAMPLES;
  clearScratch(wide * (layer.bottom - layer.top) * SAMPLES);
  for (let t = 0; t < triangles.length; t += 3) fillTriangle(layer, positions, triangles, t, sides);
  gather(layer, uv, triangles, vertexNormals(positions, triangles), sides);
  return layer;
}

function fillTriangle(layer: Layer, p: Float32Array, triangles: Uint16Array, t: number, sides: Sides): void {
  const [a, b, c] = [3 * triangles[t]!, 3 * triangles[t + 1]!, 3 * triangles[t + 2]!];
  const [left, top] = [layer.left - 0.5 + 0.5 / SAMPLES, layer.top - 0.5 + 0.5 / SAMPLES];
  const [ax, ay] = [(p[a]! - left) * SAMPLES, (p[a + 1]! - top) * SAMPLES];
  const [bx, by] = [(p[b]! - left) * SAMPLES, (p[b + 1]! - top) * SAMPLES];
  const [cx, cy] = [(p[c]! - left) * SAMPLES, (p[c + 1]! - top) * SAMPLES];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0 || (area > 0 && sides === 'outside')) return;
  const wide = layer.stride * SAMPLES;
  const first = Math.max(0, Math.ceil(Math.min(ay, by, cy)));
  const last = Math.min((layer.bottom - layer.top) * SAMPLES - 1, Math.floor(Math.max(ay, by, cy)));
  const from = Math.max(0, Math.ceil(Math.min(ax, bx, cx)));
  const to = Math.min(wide - 1, Math.floor(Math.max(ax, bx, cx)));
  const [sx, sy] = [(cy - ay) / area, -(cx - ax) / area];
  const [tx, ty] = [-(by - ay) / area, (bx - ax) / area];
  const [za, zb, zc] = [p[a + 2]!, p[b + 2]! - p[a + 2]!, p[c + 2]! - p[a + 2]!];
  const { depth, triangle, second, third } = scratch;
  for (let row = first; row <= last; row++) {
    for (let column = from; column <= to; column++) {
      const s = (column - ax) * sx + (row - ay) * sy;
      const u = (column - ax) * tx + (row - ay) * ty;
      if (s < 0 || u < 0 || s + u > 1) continue;
      const z = za + s * zb + u * zc;
      const at = row * wide + column;
      if (z <= depth[at]!) continue;
      depth[at] = z;
      triangle[at] = t;
      second[at] = s;
      third[at] = u;
    }
  }
}

/** The share of each pixel's samples that are covered, and what the first of them shows. */
function gather(
  layer: Layer,
  uv: Float32Array,
  triangles: Uint16Array,
  normals: Float32Array,
  sides: Sides,
): void {
  const wide = layer.stride * SAMPLES;
  const { triangle } = scratch;
  for (let at = 0, corner = 0; at < layer.values.length; at++, corner += SAMPLES) {
    // A row of pixels has several rows of samples.
    if (at > 0 && at % layer.stride === 0) corner += (SAMPLES - 1) * wide;
    let covered = 0;
    let first = 0;
    for (let row = corner; row < corner + SAMPLES * wide; row += wide) {
      for (let sample = row; sample < row + SAMPLES; sample++) {
        if (triangle[sample]! < 0) continue;
        if (covered++ === 0) first = sample;
      }
    }
    if (covered === 0) continue;
    layer.values[at] = covered / (SAMPLES * SAMPLES);
    show(layer, at, first, uv, triangles, normals, sides);
  }
}

/** Writes what a sample shows at a pixel. */
function show(
  { u, v, nx, ny, nz }: Layer,
  at: number,
  sample: number,
  uv: Float32Array,
  triangles: Uint16Array,
  normals: Float32Array,
  sides: Sides,
): void {
  const t = scratch.triangle[sample]!;
  const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
  const [wb, wc] = [scratch.second[sample]!, scratch.third[sample]!];
  const wa = 1 - wb - wc;
  u[at] = wa * uv[2 * a]! + wb * uv[2 * b]! + wc * uv[2 * c]!;
  v[at] = wa * uv[2 * a + 1]! + wb * uv[2 * b + 1]! + wc * uv[2 * c + 1]!;
  const x = wa * normals[3 * a]! + wb * normals[3 * b]! + wc * normals[3 * c]!;
  const y = wa * normals[3 * a + 1]! + wb * normals[3 * b + 1]! + wc * normals[3 * c + 1]!;
  const z = wa * normals[3 * a + 2]! + wb * normals[3 * b + 2]! + wc * normals[3 * c + 2]!;
  // A surface seen from behind is lit as seen.
  const length = (sides === 'both' && z < 0 ? -1 : 1) / (Math.sqrt(x * x + y * y + z * z) || 1);
  nx[at] = x * length;
  ny[at] = y * length;
  nz[at] = z * length;
}
