/** What reaches a sample, and how much of it a surface sends back. One sample at a time, without allocation. */

import type { Colour } from './colour.ts';
import type { HairPart } from './hair.ts';
import type { Identity } from './identity.ts';
import type { ImageParams, Light } from './image.ts';
import { type Part, STRIDE } from './mesh.ts';
import type { SkinTexture } from './skin.ts';

/** A part with the share of the main light that reaches each of its vertices. */
export interface LitPart {
  readonly part: Part;
  readonly lit: Float32Array;
  /** Strands' direction of a hair part, turned with the head. */
  readonly comb?: HairPart['comb'];
}

export interface Scene {
  readonly identity: Identity;
  readonly image: ImageParams;
  readonly skin: SkinTexture;
  readonly parts: readonly LitPart[];
}

/** What is interpolated at a sample: normal n, texture u v, attributes p q r s, light that reaches it. */
export const at = { nx: 0, ny: 0, nz: 0, u: 0, v: 0, p: 0, q: 0, r: 0, s: 0, lit: 0 };

/** Linear RGB of the sample that is shaded. */
export const colour = new Float32Array(3);

export function interpolate({ part, lit }: LitPart, t: number, u: number, v: number): void {
  const { vertices, triangles } = part;
  const w = 1 - u - v;
  const i = triangles[t]!;
  const j = triangles[t + 1]!;
  const k = triangles[t + 2]!;
  const a = i * STRIDE;
  const b = j * STRIDE;
  const c = k * STRIDE;
  const nx = w * vertices[a + 3]! + u * vertices[b + 3]! + v * vertices[c + 3]!;
  const ny = w * vertices[a + 4]! + u * vertices[b + 4]! + v * vertices[c + 4]!;
  const nz = w * vertices[a + 5]! + u * vertices[b + 5]! + v * vertices[c + 5]!;
  const n = (nz < 0 && part.twoSided ? -1 : 1) / Math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12);
  at.nx = nx * n;
  at.ny = ny * n;
  at.nz = nz * n;
  at.u = w * vertices[a + 6]! + u * vertices[b + 6]! + v * vertices[c + 6]!;
  at.v = w * vertices[a + 7]! + u * vertices[b + 7]! + v * vertices[c + 7]!;
  at.p = w * vertices[a + 8]! + u * vertices[b + 8]! + v * vertices[c + 8]!;
  at.q = w * vertices[a + 9]! + u * vertices[b + 9]! + v * vertices[c + 9]!;
  at.r = w * vertices[a + 10]! + u * vertices[b + 10]! + v * vertices[c + 10]!;
  at.s = w * vertices[a + 11]! + u * vertices[b + 11]! + v * vertices[c + 11]!;
  at.lit = w * lit[i]! + u * lit[j]! + v * lit[k]!;
}

/** How far light wraps around the skin's edge of shadow, by channel: red light travels furthest in skin. */
export const WRAP: Colour = [0.32, 0.16, 0.1];

/** Light that falls on a matt surface with the current normal, into `colour`, times an albedo. */
export function diffuse(light: Light, r: number, g: number, b: number, wrap: Colour, sky: number): void {
  const { direction, fillDirection } = light;
  const d = at.nx * direction[0] + at.ny * direction[1] + at.nz * direction[2];
  const f = Math.max(0, at.nx * fillDirection[0] + at.ny * fillDirection[1] + at.nz * fillDirection[2]) * sky;
  colour[0] = r * channel(light, 0, d, f, wrap[0], sky, r);
  colour[1] = g * channel(light, 1, d, f, wrap[1], sky, g);
  colour[2] = b * channel(light, 2, d, f, wrap[2], sky, b);
}

function channel(
  light: Light,
  k: 0 | 1 | 2,
  d: number,
  f: number,
  wrap: number,
  sky: number,
  albedo: number,
): number {
  const direct =
    d > -wrap ? ((d + wrap) / ((1 + wrap) * (1 + wrap))) * (at.lit + (1 - at.lit) * wrap * 0.5) : 0;
  const ground = light.ground[k];
  const above = ground + (light.sky[k] - ground) * (0.5 + 0.5 * at.ny);
  // Light bounced between neighbouring skin keeps its colour in the hollows.
  return light.key[k] * direct + above * (sky + (1 - sky) * 0.25 * albedo) + light.fill[k] * f;
}

/** Cosine between the normal and the half vector of light and viewer (straight ahead). */
function halfway(direction: Colour): number {
  const hx = direction[0];
  const hy = direction[1];
  const hz = direction[2] + 1;
  return Math.max(0, (at.nx * hx + at.ny * hy + at.nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz + 1e-9));
}

/** Adds the reflections of an oily or wet surface: a broad and a narrow one, and the sky at grazing angles. */
export function addHighlight(light: Light, soft: number, sharp: number): void {
  const h = halfway(light.direction);
  const h2 = h * h;
  const h8 = h2 * h2 * h2 * h2;
  const h32 = h8 * h8 * h8 * h8;
  const edge = 1 - Math.max(0, at.nz);
  const rim = edge * edge * edge * 0.12 * at.q;
  const amount =
    (soft * h8 + sharp * h32) *
    at.lit *
    Math.max(
      0,
      Math.min(
        1,
        0.15 + 3 * (at.nx * light.direction[0] + at.ny * light.direction[1] + at.nz * light.direction[2]),
      ),
    );
  colour[0]! += light.key[0] * amount + (light.sky[0] + light.fill[0]) * rim * 0.5;
  colour[1]! += light.key[1] * amount + (light.sky[1] + light.fill[1]) * rim * 0.5;
  colour[2]! += light.key[2] * amount + (light.sky[2] + light.fill[2]) * rim * 0.5;
}
