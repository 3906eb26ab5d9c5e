/** Skin, hair, eyes, mouth and clothes: each shades the sample in `at` into `colour`. */

import { ATLAS } from './atlas-regions.ts';
import type { Colour } from './colour.ts';
import { addHighlight, at, colour, diffuse, type Scene, WRAP } from './lighting.ts';
import { clamp, mix, smoothstep } from './math.ts';
import { noiseIndex, noiseTiles } from './noise.ts';

export function shadeSkin({ identity, image, skin }: Scene): void {
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
    const cover =
      smoothstep(-0.55, 0.75, at.p + 1.3 * (strand - 0.5)) * (identity.hair.style === 'buzz' ? 0.72 : 0.93);
    r = mix(r, identity.hair.colour[0] * (0.5 + strand), cover);
    g = mix(g, identity.hair.colour[1] * (0.5 + strand), cover);
    b = mix(b, identity.hair.colour[2] * (0.5 + strand), cover);
    gloss *= 1 - cover;
  } else if (at.p > -1.2) gloss *= 1 + 0.6 * smoothstep(-0.5, 1.5, at.p);
  diffuse(light, r, g, b, WRAP, at.q * at.q * (1.5 - 0.5 * at.q));
  addHighlight(light, 0.035 * gloss, 0.05 * gloss);
}

export function shadeHair({ identity, image }: Scene, comb: Colour): void {
  const { hair } = identity;
  const { light } = image;
  const tiles = noiseTiles();
  const curly = hair.style === 'curls' || hair.style === 'afro';
  const n = noiseIndex(at.u, at.v);
  const strand = curly ? tiles.curl[n]! : tiles.strand[n]!;
  const pale =
    1 + hair.streaks * 1.2 * Math.max(0, tiles.strand[noiseIndex(at.u * 0.37 + 0.2, at.v * 0.3)]! - 0.5);
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
  diffuse(
    light,
    hair.colour[0] * level,
    hair.colour[1] * level,
    hair.colour[2] * level,
    HAIR_WRAP,
    at.q * at.p,
  );
  const hx = light.direction[0];
  const hy = light.direction[1];
  const hz = light.direction[2] + 1;
  const shift = curly ? 0.2 * (strand - 0.5) : 0.35 * (strand - 0.5);
  const th = (tx * hx + ty * hy + tz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz + 1e-9) + shift;
  const sin2 = Math.max(0, 1 - th * th);
  const sin8 = sin2 * sin2 * sin2 * sin2;
  const sin32 = sin8 * sin8 * sin8 * sin8;
  const facing = clamp(
    0.4 + 0.6 * (at.nx * light.direction[0] + at.ny * light.direction[1] + at.nz * light.direction[2]),
    0,
    1,
  );
  const shine = hair.shine * at.lit * at.p * facing * (curly ? 0.35 : 1) * strand;
  for (let k = 0; k < 3; k++)
    colour[k]! +=
      light.key[k]! * shine * (0.075 * sin32 * sin32 + (0.016 + 0.5 * hair.colour[k]!) * sin8) +
      light.sky[k]! * 0.02 * strand * at.q * at.p;
}

const HAIR_WRAP: Colour = [0.5, 0.5, 0.5];

const EYE_WRAP: Colour = [0.4, 0.35, 0.35];

export function shadeEye({ identity, image }: Scene): void {
  const { light } = image;
  const x = at.u;
  const y = at.v;
  const radius = at.p;
  const below = at.q;
  const r = Math.sqrt(x * x + y * y);
  const corner = at.r * at.r;
  const noise = noiseTiles().strand[noiseIndex(r < 1e-3 ? 0 : (x / r) * 0.06 + (y / r) * 0.17, r * 0.12)]!;
  // Beside dark skin the white of the eye is darker, too.
  const white = 0.62 + 0.55 * identity.skin.colour[1];
  let red = white * (0.58 - 0.08 * corner);
  let green = white * (0.53 - 0.18 * corner);
  let blue = white * (0.5 - 0.19 * corner);
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
  const glint = smoothstep(0.15, 0.03, Math.sqrt(gx * gx + gy * gy)) * smoothstep(0.02, 0.2, below);
  for (let k = 0; k < 3; k++)
    colour[k]! +=
      glint * (0.6 * light.key[k]! * (0.35 + 0.65 * at.lit) + 0.15 * light.sky[k]!) +
      0.02 * light.sky[k]! * shadow;
}

export function shadeMouth({ identity, image }: Scene): void {
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

export function shadeCloth({ image }: Scene): void {
  const { clothes, light } = image;
  const weave = noiseTiles().strand[noiseIndex(at.u * 0.7, at.v * 0.7)]!;
  const fold = noiseTiles().cloud[noiseIndex(at.u * 0.12, at.v * 0.2)]!;
  const stripe = clothes.pattern > 0 && (at.v * (6 + 10 * clothes.pattern) + 50) % 1 < 0.45;
  const base = stripe ? clothes.second : clothes.colour;
  const level = (0.8 + 0.3 * weave + 0.3 * fold) * (at.p < 0.35 ? 0.75 : 1);
  diffuse(light, base[0] * level, base[1] * level, base[2] * level, HAIR_WRAP, at.q);
}
