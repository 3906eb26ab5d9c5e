import { ATLAS } from './atlas.ts';
import type { HairPart } from './hair.ts';
import type { Colour, Identity } from './identity.ts';
import type { ImageParams, Light } from './image.ts';
import { clamp, mix, smoothstep } from './math.ts';
import { type Part, STRIDE } from './mesh.ts';
import { noiseIndex, noiseTiles } from './noise.ts';
import type { GBuffer } from './rasteriser.ts';
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
const at = { nx: 0, ny: 0, nz: 0, u: 0, v: 0, p: 0, q: 0, r: 0, s: 0, lit: 0 };
const colour = new Float32Array(3);

/** Samples of a pixel, as steps in the buffer: top left, bottom right, then the other two. */
const CORNERS = [
  [0, 0],
  [1, 1],
  [1, 0],
  [0, 1],
] as const;

/**
 * Mixes what each pixel shows into `out` (linear RGB, a quarter of the buffer's samples), which holds the
 * background. A pixel that shows one part throughout is shaded at two of its four samples.
 */
export function shade(buffer: GBuffer, scene: Scene, out: Float32Array): void {
  const { part, width, height } = buffer;
  const size = width / 2;
  for (let y = 0; y < height / 2; y++) {
    for (let x = 0; x < size; x++) {
      const first = 2 * y * width + 2 * x;
      const owner = part[first]!;
      const whole = owner === part[first + 1] && owner === part[first + width] && owner === part[first + width + 1];
      if (whole && owner === 255) continue;
      const to = 3 * (y * size + x);
      const samples = whole ? 2 : 4;
      const share = 1 / samples;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = 0; k < samples; k++) {
        const i = first + CORNERS[k]![0] + CORNERS[k]![1] * width;
        if (part[i] === 255) {
          red += out[to]!;
          green += out[to + 1]!;
          blue += out[to + 2]!;
          continue;
        }
        shadeSample(buffer, scene, i);
        red += colour[0]!;
        green += colour[1]!;
        blue += colour[2]!;
      }
      out[to] = red * share;
      out[to + 1] = green * share;
      out[to + 2] = blue * share;
    }
  }
}

function shadeSample(buffer: GBuffer, scene: Scene, i: number): void {
  const litPart = scene.parts[buffer.part[i]!]!;
  interpolate(litPart, buffer.triangle[i]! * 3, buffer.second[i]!, buffer.third[i]!);
  switch (litPart.part.material) {
    case 'skin':
      shadeSkin(scene);
      break;
    case 'hair':
      shadeHair(scene, litPart.comb ?? UP);
      break;
    case 'eye':
      shadeEye(scene);
      break;
    case 'mouth':
      shadeMouth(scene);
      break;
    case 'cloth':
      shadeCloth(scene);
      break;
  }
}

const UP: Colour = [0, 1, 0];

function interpolate({ part, lit }: LitPart, t: number, u: number, v: number): void {
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
const WRAP: Colour = [0.32, 0.16, 0.1];

/** Light that falls on a matt surface with the current normal, into `colour`, times an albedo. */
function diffuse(light: Light, r: number, g: number, b: number, wrap: Colour, sky: number): void {
  const { direction, fillDirection } = light;
  const d = at.nx * direction[0] + at.ny * direction[1] + at.nz * direction[2];
  const f = Math.max(0, at.nx * fillDirection[0] + at.ny * fillDirection[1] + at.nz * fillDirection[2]) * sky;
  colour[0] = r * channel(light, 0, d, f, wrap[0], sky, r);
  colour[1] = g * channel(light, 1, d, f, wrap[1], sky, g);
  colour[2] = b * channel(light, 2, d, f, wrap[2], sky, b);
}

function channel(light: Light, k: 0 | 1 | 2, d: number, f: number, wrap: number, sky: number, albedo: number): number {
  const direct = d > -wrap ? ((d + wrap) / ((1 + wrap) * (1 + wrap))) * (at.lit + (1 - at.lit) * wrap * 0.5) : 0;
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

function addHighlight(light: Light, soft: number, sharp: number): void {
  const h = halfway(light.direction);
  const h2 = h * h;
  const h8 = h2 * h2 * h2 * h2;
  const h32 = h8 * h8 * h8 * h8;
  const edge = 1 - Math.max(0, at.nz);
  const rim = edge * edge * edge * 0.12 * at.q;
  const amount = (soft * h8 + sharp * h32) * at.lit * Math.max(0, Math.min(1, 0.15 + 3 * (at.nx * light.direction[0] + at.ny * light.direction[1] + at.nz * light.direction[2])));
  colour[0]! += light.key[0] * amount + (light.sky[0] + light.fill[0]) * rim * 0.5;
  colour[1]! += light.key[1] * amount + (light.sky[1] + light.fill[1]) * rim * 0.5;
  colour[2]! += light.key[2] * amount + (light.sky[2] + light.fill[2]) * rim * 0.5;
}

function shadeSkin({ identity, image, skin }: Scene): void {
  const { light } = image;
  const column = (at.u * ATLAS) | 0;
  const row = (at.v * ATLAS) | 0;
  const texel = 3 * (row * ATLAS + column);
  let r = skin[texel]!;
  let g = skin[texel + 1]!;
  let b = skin[texel + 2]!;
  let gloss = identity.skin.gloss;
  if (at.p > -1.2 && identity.hair.style !== 'bald') {
    const strand = noiseTiles().strand[noiseIndex(at.r * 0.11, at.s * 0.05)]!;
    const cover = smoothstep(-0.55, 0.75, at.p + 1.3 * (strand - 0.5)) * (identity.hair.style === 'buzz' ? 0.72 : 0.93);
    r = mix(r, identity.hair.colour[0] * (0.5 + strand), cover);
    g = mix(g, identity.hair.colour[1] * (0.5 + strand), cover);
    b = mix(b, identity.hair.colour[2] * (0.5 + strand), cover);
    gloss *= 1 - cover;
  } else if (at.p > -1.2) gloss *= 1 + 0.6 * smoothstep(-0.5, 1.5, at.p);
  diffuse(light, r, g, b, WRAP, at.q * at.q * (1.5 - 0.5 * at.q));
  addHighlight(light, 0.035 * gloss, 0.05 * gloss);
}

function shadeHair({ identity, image }: Scene, comb: Colour): void {
  const { hair } = identity;
  const { light } = image;
  const tiles = noiseTiles();
  const curly = hair.style === 'curls' || hair.style === 'afro';
  const n = noiseIndex(at.u, at.v);
  const strand = curly ? tiles.curl[n]! : tiles.strand[n]!;
  const pale = 1 + hair.streaks * 1.2 * Math.max(0, tiles.strand[noiseIndex(at.u * 0.37 + 0.2, at.v * 0.3)]! - 0.5);
  const level = (0.5 + 0.95 * strand) * at.p * pale;
  // The strand's direction: away from the comb, along the surface.
  const along = comb[0] * at.nx + comb[1] * at.ny + comb[2] * at.nz;
  let tx = comb[0] - along * at.nx;
  let ty = comb[1] - along * at.ny;
  let tz = comb[2] - along * at.nz;
  const length = Math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-6;
  tx /= length;
  ty /= length;
  tz /= length;
  diffuse(light, hair.colour[0] * level, hair.colour[1] * level, hair.colour[2] * level, HAIR_WRAP, at.q * at.p);
  const hx = light.direction[0];
  const hy = light.direction[1];
  const hz = light.direction[2] + 1;
  const shift = curly ? 0.2 * (strand - 0.5) : 0.35 * (strand - 0.5);
  const th = (tx * hx + ty * hy + tz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz + 1e-9) + shift;
  const sin2 = Math.max(0, 1 - th * th);
  const sin8 = sin2 * sin2 * sin2 * sin2;
  const sin32 = sin8 * sin8 * sin8 * sin8;
  const facing = clamp(0.4 + 0.6 * (at.nx * light.direction[0] + at.ny * light.direction[1] + at.nz * light.direction[2]), 0, 1);
  const shine = hair.shine * at.lit * at.p * facing * (curly ? 0.35 : 1) * strand;
  for (let k = 0; k < 3; k++)
    colour[k]! += light.key[k]! * shine * (0.075 * sin32 * sin32 + (0.016 + 0.5 * hair.colour[k]!) * sin8) + light.sky[k]! * 0.02 * strand * at.q * at.p;
}

const HAIR_WRAP: Colour = [0.5, 0.5, 0.5];
const EYE_WRAP: Colour = [0.4, 0.35, 0.35];

function shadeEye({ identity, image }: Scene): void {
  const { light } = image;
  const x = at.u;
  const y = at.v;
  const radius = at.p;
  const below = at.q;
  const r = Math.sqrt(x * x + y * y);
  const corner = at.r * at.r;
  const noise = noiseTiles().strand[noiseIndex(r < 1e-3 ? 0 : (x / r) * 0.06 + (y / r) * 0.17, r * 0.12)]!;
  let red = 0.56 - 0.08 * corner;
  let green = 0.51 - 0.18 * corner;
  let blue = 0.48 - 0.19 * corner;
  const iris = smoothstep(radius + 0.045, radius - 0.045, r);
  if (iris > 0) {
    const ring = smoothstep(radius * 0.72, radius, r) * 0.62;
    const pupil = smoothstep(0.27, 0.2, r);
    const level = (0.55 + 0.95 * noise) * (1 - ring) * (1 - pupil) * (y < 0 ? 1.2 : 0.9);
    red = mix(red, identity.iris[0] * level + 0.003, iris);
    green = mix(green, identity.iris[1] * level + 0.003, iris);
    blue = mix(blue, identity.iris[2] * level + 0.003, iris);
  }
  // The upper lid and its lashes shade the ball.
  const shadow = 0.25 + 0.75 * smoothstep(-0.05, 0.42, below);
  diffuse(light, red * shadow, green * shadow, blue * shadow, EYE_WRAP, 0.72);
  // Reflections of the main light and of the sky on the wet cornea.
  const gx = x - 0.26 * light.direction[0];
  const gy = y - 0.26 * light.direction[1] - 0.06;
  const glint = smoothstep(0.19, 0.05, Math.sqrt(gx * gx + gy * gy)) * smoothstep(0.02, 0.2, below);
  for (let k = 0; k < 3; k++) colour[k]! += glint * (0.85 * light.key[k]! * (0.35 + 0.65 * at.lit) + 0.15 * light.sky[k]!) + 0.02 * light.sky[k]! * shadow;
}

function shadeMouth({ identity, image }: Scene): void {
  const { light } = image;
  const y = at.v;
  const across = at.r;
  const wide = Math.abs(at.u);
  // Upper teeth stay with the skull (their edge lies near the closed lips), the lower ones move with the jaw.
  const edge = -0.17 + 0.1 * wide * wide;
  const upper = smoothstep(edge - 0.05, edge + 0.05, y);
  const lower = smoothstep(edge - 0.5 - at.s + 0.1, edge - 0.62 - at.s, y) * 0.8;
  const gap = 1 - 0.35 * smoothstep(0.36, 0.5, Math.abs(((across / 0.78 + 100.5) % 1) - 0.5));
  const tooth = Math.max(upper, lower) * gap;
  const depth = clamp(at.p, 0, 1.4);
  const dark = (1 - 0.75 * wide * wide) * (0.62 + 0.3 * smoothstep(0, 0.3, depth));
  let r = mix(0.1 - 0.04 * depth, 0.62, tooth);
  let g = mix(0.022, 0.56, tooth);
  let b = mix(0.022, 0.48, tooth);
  if (tooth < 0.5 && at.q < 0.5) {
    const tongue = smoothstep(0.55, 0, at.q) * (1 - wide) * 0.8;
    r = mix(r, 0.32, tongue);
    g = mix(g, 0.09, tongue);
    b = mix(b, 0.09, tongue);
  }
  const whiteness = 0.9 + 0.1 * identity.skin.gloss;
  at.nx *= 0.5;
  at.ny *= 0.5;
  at.nz = Math.sqrt(Math.max(0, 1 - at.nx * at.nx - at.ny * at.ny));
  diffuse(light, r * dark * whiteness, g * dark * whiteness, b * dark * whiteness, EYE_WRAP, 0.7);
}

function shadeCloth({ image }: Scene): void {
  const { clothes, light } = image;
  const weave = noiseTiles().strand[noiseIndex(at.u * 0.7, at.v * 0.7)]!;
  const fold = noiseTiles().cloud[noiseIndex(at.u * 0.12, at.v * 0.2)]!;
  const stripe = clothes.pattern > 0 && ((at.v * (6 + 10 * clothes.pattern) + 50) % 1) < 0.45;
  const base = stripe ? clothes.second : clothes.colour;
  const level = (0.8 + 0.3 * weave + 0.3 * fold) * (at.p < 0.35 ? 0.75 : 1);
  diffuse(light, base[0] * level, base[1] * level, base[2] * level, HAIR_WRAP, at.q);
}
