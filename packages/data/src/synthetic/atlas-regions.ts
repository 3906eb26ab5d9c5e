/** Where things lie in the texture coordinates of the face. */

import { INNER_LIPS, LOWER_LIP, UPPER_LIP } from '../mesh/template.ts';
import { faceUv, fineFace, fineNeutral } from './fine-face.ts';
import { clamp, smoothstep } from './math.ts';

/** Side of the skin's texture in texels. */
export const ATLAS = 192;

export type Point = readonly [number, number];

export function segment(x: number, y: number, a: Point, b: Point): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const t = clamp(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1), 0, 1);
  const px = x - a[0] - t * dx;
  const py = y - a[1] - t * dy;
  return Math.sqrt(px * px + py * py);
}

/** Lips in texture coordinates: inside their outline, soft at its edge; the gap between them counts too. */
export function lipMask(): Float32Array {
  const out = new Float32Array(ATLAS * ATLAS);
  const outline = [...UPPER_LIP, ...LOWER_LIP.slice(1, -1).reverse()].map(
    (i): Point => [faceUv[2 * i]! * ATLAS, faceUv[2 * i + 1]! * ATLAS],
  );
  for (let y = Math.floor(0.55 * ATLAS); y < 0.75 * ATLAS; y++) {
    for (let x = Math.floor(0.35 * ATLAS); x < 0.65 * ATLAS; x++) {
      let inside = false;
      let near = 9;
      outline.forEach((p, k) => {
        const q = outline[(k + 1) % outline.length]!;
        near = Math.min(near, segment(x + 0.5, y + 0.5, p, q));
        if (
          p[1] > y + 0.5 !== q[1] > y + 0.5 &&
          x + 0.5 < ((q[0] - p[0]) * (y + 0.5 - p[1])) / (q[1] - p[1]) + p[0]
        )
          inside = !inside;
      });
      out[y * ATLAS + x] = smoothstep(-0.0065 * ATLAS, 0.008 * ATLAS, inside ? near : -near);
    }
  }
  return out;
}

/** Where the lips meet, in texture coordinates. */
export function mouthLine(): Float32Array {
  const out = new Float32Array(ATLAS * ATLAS);
  const rim = INNER_LIPS.map((i): Point => [faceUv[2 * i]! * ATLAS, faceUv[2 * i + 1]! * ATLAS]);
  for (let y = Math.floor(0.55 * ATLAS); y < 0.75 * ATLAS; y++) {
    for (let x = Math.floor(0.35 * ATLAS); x < 0.65 * ATLAS; x++) {
      let near = 9;
      rim.forEach((p, k) => {
        near = Math.min(near, segment(x + 0.5, y + 0.5, p, rim[(k + 1) % rim.length]!));
      });
      out[y * ATLAS + x] = smoothstep(0.0095 * ATLAS, 0, near);
    }
  }
  return out;
}

export interface Rest {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly inside: Uint32Array;
  /** Texels beyond the face's rim. */
  readonly beyond: Uint8Array;
}

/** The mean face drawn into its own texture, and spread beyond its rim. */
export function restPositions(): Rest {
  const size = ATLAS * ATLAS;
  const x = new Float32Array(size);
  const y = new Float32Array(size);
  const z = new Float32Array(size);
  const known = new Uint8Array(size);
  const { triangles } = fineFace;
  for (let t = 0; t < triangles.length; t += 3) {
    const v = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!] as const;
    fillTriangle(
      v.map((i): Point => [faceUv[2 * i]! * ATLAS - 0.5, faceUv[2 * i + 1]! * ATLAS - 0.5]),
      (at, w) => {
        known[at] = 1;
        x[at] = w[0] * fineNeutral[3 * v[0]]! + w[1] * fineNeutral[3 * v[1]]! + w[2] * fineNeutral[3 * v[2]]!;
        y[at] =
          w[0] * fineNeutral[3 * v[0] + 1]! +
          w[1] * fineNeutral[3 * v[1] + 1]! +
          w[2] * fineNeutral[3 * v[2] + 1]!;
        z[at] =
          w[0] * fineNeutral[3 * v[0] + 2]! +
          w[1] * fineNeutral[3 * v[1] + 2]! +
          w[2] * fineNeutral[3 * v[2] + 2]!;
      },
    );
  }
  const inside = Uint32Array.from([...known.keys()].filter((i) => known[i] === 1));
  return { x, y, z, inside, beyond: spreadOut([x, y, z], known) };
}

function fillTriangle(
  p: readonly Point[],
  put: (at: number, w: readonly [number, number, number]) => void,
): void {
  const [a, b, c] = p as readonly [Point, Point, Point];
  const area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  if (area === 0) return;
  const slack = -1e-3;
  for (let y = Math.ceil(Math.min(a[1], b[1], c[1])); y <= Math.max(a[1], b[1], c[1]); y++) {
    for (let x = Math.ceil(Math.min(a[0], b[0], c[0])); x <= Math.max(a[0], b[0], c[0]); x++) {
      const v = ((x - a[0]) * (c[1] - a[1]) - (y - a[1]) * (c[0] - a[0])) / area;
      const w = ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / area;
      if (v >= slack && w >= slack && v + w <= 1 - slack) put(y * ATLAS + x, [1 - v - w, v, w]);
    }
  }
}

/** Gives unknown texels the value of a known neighbour, ring by ring; returns the ring of each texel. */
function spreadOut(layers: readonly Float32Array[], known: Uint8Array): Uint8Array {
  const beyond = new Uint8Array(known.length);
  let front = [...known.keys()].filter((i) => known[i] === 1);
  for (let ring = 1; front.length > 0; ring++) {
    const next: number[] = [];
    for (const i of front) {
      const column = i % ATLAS;
      for (const [step, allowed] of [
        [-1, column > 0],
        [1, column < ATLAS - 1],
        [-ATLAS, i >= ATLAS],
        [ATLAS, i < ATLAS * (ATLAS - 1)],
      ] as const) {
        const j = i + step;
        if (!allowed || known[j] === 1) continue;
        known[j] = 1;
        beyond[j] = Math.min(255, ring);
        for (const layer of layers) layer[j] = layer[i]!;
        next.push(j);
      }
    }
    front = next;
  }
  return beyond;
}
