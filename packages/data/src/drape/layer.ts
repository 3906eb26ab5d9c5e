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

/** `positions`: [N, 3] in pixels, as `wear` gives them. Cut off at the picture's borders. */
export function drawSheet(
  { uv, triangles }: Pick<Sheet, 'uv' | 'triangles'>,
  positions: Float32Array,
  width: number,
  height: number,
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
  for (let t = 0; t < triangles.length; t += 3) fillTriangle(layer, positions, triangles, t);
  gather(layer, uv, triangles, vertexNormals(positions, triangles));
  return layer;
}

function fillTriangle(layer: Layer, p: Float32Array, triangles: Uint16Array, t: number): void {
  const [a, b, c] = [3 * triangles[t]!, 3 * triangles[t + 1]!, 3 * triangles[t + 2]!];
  const x = (v: number): number => (p[v]! + 0.5 - layer.left) * SAMPLES - 0.5;
  const y = (v: number): number => (p[v + 1]! + 0.5 - layer.top) * SAMPLES - 0.5;
  const [ax, ay, bx, by, cx, cy] = [x(a), y(a), x(b), y(b), x(c), y(c)];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0) return;
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

/** Means over the samples of each pixel. */
function gather(layer: Layer, uv: Float32Array, triangles: Uint16Array, normals: Float32Array): void {
  const { stride, values, u, v, nx, ny, nz } = layer;
  const wide = stride * SAMPLES;
  const { triangle, second, third } = scratch;
  for (let at = 0; at < values.length; at++) {
    const corner = Math.floor(at / stride) * SAMPLES * wide + (at % stride) * SAMPLES;
    let [n, su, sv, sx, sy, sz] = [0, 0, 0, 0, 0, 0];
    for (let j = 0; j < SAMPLES; j++) {
      for (let i = 0; i < SAMPLES; i++) {
        const sample = corner + j * wide + i;
        const t = triangle[sample]!;
        if (t < 0) continue;
        const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
        const [wb, wc] = [second[sample]!, third[sample]!];
        const wa = 1 - wb - wc;
        n++;
        su += wa * uv[2 * a]! + wb * uv[2 * b]! + wc * uv[2 * c]!;
        sv += wa * uv[2 * a + 1]! + wb * uv[2 * b + 1]! + wc * uv[2 * c + 1]!;
        sx += wa * normals[3 * a]! + wb * normals[3 * b]! + wc * normals[3 * c]!;
        sy += wa * normals[3 * a + 1]! + wb * normals[3 * b + 1]! + wc * normals[3 * c + 1]!;
        sz += wa * normals[3 * a + 2]! + wb * normals[3 * b + 2]! + wc * normals[3 * c + 2]!;
      }
    }
    if (n === 0) continue;
    // A surface seen from behind is lit as seen.
    const facing = sz < 0 ? -1 : 1;
    const length = facing / (Math.sqrt(sx * sx + sy * sy + sz * sz) || 1);
    values[at] = n / (SAMPLES * SAMPLES);
    u[at] = su / n;
    v[at] = sv / n;
    nx[at] = sx * length;
    ny[at] = sy * length;
    nz[at] = sz * length;
  }
}
