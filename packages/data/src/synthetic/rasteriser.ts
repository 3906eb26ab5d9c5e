import { type Part, STRIDE } from './mesh.ts';
import { NOISE, noiseIndex } from './noise.ts';

const FAR = 1e9;
/** Samples this close to an edge belong to both triangles, so that none is missed. */
const SLACK = 1e-6;

/** What is seen at each sample: the part, its triangle and the place in it; row-major. */
export interface GBuffer {
  readonly width: number;
  readonly height: number;
  /** Depth from the camera, smaller is nearer; 1e9 where nothing was drawn. */
  readonly depth: Float32Array;
  /** Index of the part, 255 where nothing was drawn. */
  readonly part: Uint8Array;
  readonly triangle: Uint16Array;
  /** Weights of the triangle's second and third vertex. */
  readonly second: Float32Array;
  readonly third: Float32Array;
}

export function createGBuffer(width: number, height: number): GBuffer {
  const n = width * height;
  return {
    width,
    height,
    depth: new Float32Array(n),
    part: new Uint8Array(n),
    triangle: new Uint16Array(n),
    second: new Float32Array(n),
    third: new Float32Array(n),
  };
}

export function clearGBuffer(buffer: GBuffer): void {
  buffer.depth.fill(FAR);
  buffer.part.fill(255);
}

/** Draws a part. `screen` holds x, y in samples and the depth of each of its vertices. */
export function drawPart(buffer: GBuffer, part: Part, index: number, screen: Float32Array): void {
  const { width, height, depth, second, third, triangle } = buffer;
  const owner = buffer.part;
  const { triangles, vertices, cutout } = part;
  const twoSided = part.twoSided === true;
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t]! * 3;
    const b = triangles[t + 1]! * 3;
    const c = triangles[t + 2]! * 3;
    const ax = screen[a]!;
    const ay = screen[a + 1]!;
    const bx = screen[b]!;
    const by = screen[b + 1]!;
    const cx = screen[c]!;
    const cy = screen[c + 1]!;
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    // y grows downwards, so what faces the viewer has a negative area
    if (area === 0 || (area > 0 && !twoSided)) continue;
    const x0 = Math.max(0, Math.ceil(ax < bx ? Math.min(ax, cx) : Math.min(bx, cx))) | 0;
    const x1 = Math.min(width - 1, Math.floor(ax > bx ? Math.max(ax, cx) : Math.max(bx, cx))) | 0;
    const y0 = Math.max(0, Math.ceil(ay < by ? Math.min(ay, cy) : Math.min(by, cy))) | 0;
    const y1 = Math.min(height - 1, Math.floor(ay > by ? Math.max(ay, cy) : Math.max(by, cy))) | 0;
    if (x0 > x1 || y0 > y1) continue;
    const number = (t / 3) | 0;
    const inverse = 1 / area;
    const dux = (cy - ay) * inverse;
    const duy = -(cx - ax) * inverse;
    const dvx = -(by - ay) * inverse;
    const dvy = (bx - ax) * inverse;
    const az = screen[a + 2]!;
    const dzu = screen[b + 2]! - az;
    const dzv = screen[c + 2]! - az;
    // Along a row each weight crosses 0 at one x; the samples between the crossings are inside.
    const dwx = -dux - dvx;
    const xu = dux === 0 ? 0 : 1 / dux;
    const xv = dvx === 0 ? 0 : 1 / dvx;
    const xw = dwx === 0 ? 0 : 1 / dwx;
    for (let y = y0; y <= y1; y++) {
      const u0 = (x0 - ax) * dux + (y - ay) * duy;
      const v0 = (x0 - ax) * dvx + (y - ay) * dvy;
      const w0 = 1 - u0 - v0;
      let low = 0;
      let high = x1 - x0;
      const atU = -u0 * xu;
      const atV = -v0 * xv;
      const atW = -w0 * xw;
      if (dux > 0) low = Math.max(atU, low);
      else if (dux < 0) high = Math.min(atU, high);
      else if (u0 < 0) continue;
      if (dvx > 0) low = Math.max(atV, low);
      else if (dvx < 0) high = Math.min(atV, high);
      else if (v0 < 0) continue;
      if (dwx > 0) low = Math.max(atW, low);
      else if (dwx < 0) high = Math.min(atW, high);
      else if (w0 < 0) continue;
      const from = Math.ceil(low - SLACK) | 0;
      const to = Math.floor(high + SLACK) | 0;
      let at = (y * width + x0 + from) | 0;
      let u = u0 + from * dux;
      let v = v0 + from * dvx;
      for (let x = from; x <= to; x++, at++, u += dux, v += dvx) {
        const z = az + u * dzu + v * dzv;
        if (z >= depth[at]!) continue;
        if (cutout !== undefined && hidden(cutout, vertices, triangles, t, u, v)) continue;
        depth[at] = z;
        owner[at] = index;
        triangle[at] = number;
        second[at] = u;
        third[at] = v;
      }
    }
  }
}

function hidden(
  cutout: Float32Array,
  vertices: Float32Array,
  triangles: Uint16Array,
  t: number,
  u: number,
  v: number,
): boolean {
  const a = triangles[t]! * STRIDE;
  const b = triangles[t + 1]! * STRIDE;
  const c = triangles[t + 2]! * STRIDE;
  const w = 1 - u - v;
  const threshold = w * vertices[a + 11]! + u * vertices[b + 11]! + v * vertices[c + 11]!;
  if (threshold <= 0) return false;
  const tu = w * vertices[a + 6]! + u * vertices[b + 6]! + v * vertices[c + 6]!;
  const tv = w * vertices[a + 7]! + u * vertices[b + 7]! + v * vertices[c + 7]!;
  return cutout[noiseIndex(tu, tv) & (NOISE * NOISE - 1)]! < threshold;
}
