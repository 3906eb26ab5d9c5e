import type { Colour } from './colour.ts';
import { HEAD_VERTICES, headTriangles, meanHead } from './head.ts';
import { cosine, sine } from './math.ts';
import { computeNormals, type Part, STRIDE } from './mesh.ts';
import { clearGBuffer, createGBuffer, drawPart, type GBuffer } from './rasteriser.ts';

/** Orthographic depth as seen from a light: which points it reaches. */
export interface DepthView {
  readonly right: Colour;
  readonly up: Colour;
  readonly towards: Colour;
  readonly buffer: GBuffer;
  readonly scale: number;
}

/** Middle and half side of the seen volume, cm. */
const MIDDLE: Colour = [0, -2, -5];
const REACH = 19;

export function createDepthView(size: number): { buffer: GBuffer; scale: number } {
  return { buffer: createGBuffer(size, size), scale: size / (2 * REACH) };
}

/** Draws parts as seen from the direction `towards` (unit, from the head to the light). */
export function viewFrom(
  towards: Colour,
  parts: readonly Part[],
  view: { buffer: GBuffer; scale: number },
): DepthView {
  const right: Colour = Math.abs(towards[1]) > 0.95 ? [1, 0, 0] : normalise(towards[2], 0, -towards[0]);
  const up: Colour = [
    towards[1] * right[2] - towards[2] * right[1],
    towards[2] * right[0] - towards[0] * right[2],
    towards[0] * right[1] - towards[1] * right[0],
  ];
  const result = { right, up, towards, ...view };
  clearGBuffer(view.buffer);
  parts.forEach((part, index) => {
    const { material, vertices, triangles, shadow = triangles, twoSided = false } = part;
    if (shadow.length > 0)
      drawPart(
        view.buffer,
        { material, vertices, triangles: shadow, twoSided },
        index,
        projectOnto(result, vertices),
      );
  });
  return result;
}

const normalise = (x: number, y: number, z: number): Colour => {
  const l = Math.sqrt(x * x + y * y + z * z) || 1;
  return [x / l, y / l, z / l];
};

/** Room for the largest part. */
const scratch = new Float32Array(HEAD_VERTICES * 3);

/** x, y in samples and depth of each vertex; overwritten by the next call. */
function projectOnto(
  view: Omit<DepthView, 'buffer'> & { buffer: GBuffer },
  vertices: Float32Array,
): Float32Array {
  const { right, up, towards, scale, buffer } = view;
  const n = vertices.length / STRIDE;
  const out = scratch;
  const half = buffer.width / 2;
  for (let i = 0, at = 0; i < n; i++, at += STRIDE) {
    const x = vertices[at]! - MIDDLE[0];
    const y = vertices[at + 1]! - MIDDLE[1];
    const z = vertices[at + 2]! - MIDDLE[2];
    out[3 * i] = half + scale * (right[0] * x + right[1] * y + right[2] * z);
    out[3 * i + 1] = half - scale * (up[0] * x + up[1] * y + up[2] * z);
    out[3 * i + 2] = 100 - (towards[0] * x + towards[1] * y + towards[2] * z);
  }
  return out;
}

/** Share of the light that reaches each vertex, 0 to 1; softened over 3 x 3 samples. `bias` in cm. */
export function lit(view: DepthView, vertices: Float32Array, bias: number): Float32Array {
  const at = projectOnto(view, vertices);
  const { width, height, depth } = view.buffer;
  const out = new Float32Array(vertices.length / STRIDE);
  for (let i = 0; i < out.length; i++) {
    const x = Math.round(at[3 * i]!);
    const y = Math.round(at[3 * i + 1]!);
    const z = at[3 * i + 2]! - bias;
    if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1) {
      out[i] = 1;
      continue;
    }
    let reached = 0;
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        if (depth[(y + dy) * width + x + dx]! > z) reached += dx === 0 || dy === 0 ? 1.4 : 1;
    out[i] = reached / 11;
  }
  return out;
}

const DIRECTIONS = 72;
let sky: Float32Array | undefined;

/** How much of the sky each vertex of the mean head sees, cosine-weighted, 0 to 1; made once a process. */
export function meanSky(): Float32Array {
  sky ??= computeSky();
  return sky;
}

function computeSky(): Float32Array {
  const vertices = new Float32Array(HEAD_VERTICES * STRIDE);
  for (let i = 0; i < HEAD_VERTICES; i++) vertices.set(meanHead.subarray(3 * i, 3 * i + 3), i * STRIDE);
  computeNormals(vertices, headTriangles);
  const part: Part = { material: 'skin', vertices, triangles: headTriangles };
  const seen = new Float32Array(HEAD_VERTICES);
  const possible = new Float32Array(HEAD_VERTICES);
  const depth = createDepthView(128);
  for (let k = 0; k < DIRECTIONS; k++) {
    const y = 1 - (2 * k + 1) / DIRECTIONS;
    const r = Math.sqrt(1 - y * y);
    const turn = 137.50776405 * k;
    const d: Colour = [r * sine(turn), y, r * cosine(turn)];
    const reached = lit(viewFrom(d, [part], depth), vertices, 0.45);
    for (let i = 0; i < HEAD_VERTICES; i++) {
      const at = i * STRIDE;
      const w = vertices[at + 3]! * d[0] + vertices[at + 4]! * d[1] + vertices[at + 5]! * d[2];
      if (w <= 0) continue;
      possible[i]! += w;
      seen[i]! += w * reached[i]!;
    }
  }
  return seen.map((value, i) => value / (possible[i]! || 1));
}
