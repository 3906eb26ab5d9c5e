import { random } from '../random.ts';
import { type Atlas, atlas } from './atlas.ts';
import { ATLAS } from './atlas-regions.ts';
import { browMiddle } from './brows.ts';
import type { Identity } from './identity.ts';
import { clamp, mix, smoothstep } from './math.ts';
import { NOISE, noiseIndex, noiseTiles } from './noise.ts';

/** Linear RGB of the skin, `ATLAS * ATLAS * 3`, in the texture coordinates of the head. */
export type SkinTexture = Float32Array;

export function skinTexture(identity: Identity): SkinTexture {
  const map = atlas();
  const out = new Float32Array(ATLAS * ATLAS * 3);
  base(out, identity, map);
  lines(out, identity, map);
  brows(out, identity, map);
  if (identity.skin.liner > 0 || identity.skin.shadow > 0) makeUp(out, identity, map);
  moles(out, identity, map);
  return out;
}

/** Skin, its blood and its blotches, lips and beard: everything that every texel has. */
function base(out: SkinTexture, identity: Identity, map: Atlas): void {
  const { skin, beard } = identity;
  const stream = random('synthetic skin', identity.name, skin.colour[0], skin.redness);
  const shift = [stream.next(), stream.next(), stream.next(), stream.next()] as const;
  const [red, green, blue] = skin.colour;
  const [lipRed, lipGreen, lipBlue] = skin.lips;
  const [beardRed, beardGreen, beardBlue] = beard.colour;
  const bearded = beard.moustache + beard.chin + beard.cheeks > 0;
  const { grain: grains, cloud: clouds } = noiseTiles();
  for (const i of map.used) {
    const x = i % ATLAS;
    const y = (i - x) / ATLAS;
    const n = noiseIndex(x / ATLAS + shift[0], y / ATLAS + shift[1]);
    const cloud = clouds[n]!;
    const grain = grains[noiseIndex(x / NOISE + shift[2], y / NOISE + shift[3])]!;
    let tone = 1 + skin.blotches * 0.05 * cloud + 0.03 * grain;
    let blood = skin.redness * (map.blush[i]! + 0.16 * cloud * skin.blotches);
    const patch = clouds[noiseIndex(y / ATLAS + shift[2], x / ATLAS + shift[0])]!;
    if (skin.blemishes > 0.15 && patch > 0.62) blood += skin.blemishes * 1.6 * (patch - 0.62);
    if (skin.freckles > 0 && grain > 0.33) tone -= skin.freckles * map.freckle[i]! * (grain - 0.33) * 1.1;
    const dark = skin.darkEyes * map.underEye[i]!;
    tone *= 1 - 0.16 * dark - 0.36 * map.crease[i]! - 0.5 * map.mouth[i]!;
    let r = red * tone * (1 - 0.02 * blood);
    let g = green * tone * (1 - 0.2 * blood - 0.05 * dark);
    let b = blue * tone * (1 - 0.17 * blood + 0.02 * dark);
    const lip = map.lips[i]!;
    if (lip > 0) {
      const shade = 1 + 0.14 * grain + 0.1 * cloud;
      r = mix(r, lipRed * shade, lip);
      g = mix(g, lipGreen * shade, lip);
      b = mix(b, lipBlue * shade, lip);
    }
    if (bearded) {
      const edge = 0.25 * patch;
      const area = Math.max(
        beard.moustache * smoothstep(0.05, 0.75, map.moustache[i]! + edge * map.moustache[i]!),
        beard.chin * smoothstep(0.05, 0.8, map.chin[i]! + edge * map.chin[i]!),
        beard.cheeks * smoothstep(0.05, 0.85, map.cheeks[i]! + edge * map.cheeks[i]!),
      );
      const hairs = clamp(area * (0.9 + 0.3 * cloud + 0.3 * grain), 0, 0.94) * (1 - 0.8 * lip);
      const shine = 1 + 0.45 * grain + 0.3 * cloud;
      r = mix(r, beardRed * shine, hairs);
      g = mix(g, beardGreen * shine, hairs);
      b = mix(b, beardBlue * shine, hairs);
    }
    const nostril = 1 - 0.93 * map.nostril[i]!;
    out[3 * i] = r * nostril;
    out[3 * i + 1] = g * nostril * (0.4 + 0.6 * nostril);
    out[3 * i + 2] = b * nostril * (0.4 + 0.6 * nostril);
  }
}

function darken(out: SkinTexture, i: number, amount: number): void {
  out[3 * i]! *= 1 - amount * 0.85;
  out[3 * i + 1]! *= 1 - amount;
  out[3 * i + 2]! *= 1 - amount;
}

/** Wrinkles of the forehead, crow's feet, folds beside the nose. */
function lines(out: SkinTexture, identity: Identity, map: Atlas): void {
  const age = identity.skin.lines;
  const r = random('synthetic lines', identity.name, age);
  const fold = 0.06 + 0.26 * age * r.uniform(0.5, 1.2);
  const brow = age > 0.3 ? 0.22 * age * r.uniform(0.3, 1.2) : 0;
  const feet = age > 0.2 ? 0.25 * age * r.uniform(0.3, 1.2) : 0;
  const rows = [r.uniform(3.2, 3.6), r.uniform(4, 4.4), r.uniform(4.8, 5.2)] as const;
  const bag = 0.05 + 0.2 * age * r.next();
  const cloud = noiseTiles().cloud;
  for (const i of map.wrinkled) {
    const x = Math.abs(map.restX[i]!);
    const y = map.restY[i]!;
    let amount = fold * map.fold[i]! + bag * map.eyeBag[i]!;
    const wobble = 0.16 * cloud[noiseIndex(map.restX[i]! / 9 + fold * 7, y / 40)]!;
    if (brow > 0 && y > 2.8 && y < 5.6 && x < 4) {
      for (const row of rows) {
        const d = Math.abs(y - row - wobble - 0.012 * x * x);
        if (d < 0.16) amount += brow * (1 - d / 0.16) * (1 - x / 4.2);
      }
    }
    if (feet > 0 && x > 4.7 && x < 6.2 && y > -1.2 && y < 1.2) {
      const d = Math.abs(
        ((y * 2.1 + 0.9 * (x - 4.7) * (y > 0 ? -1 : 1) + wobble * 2) % 0.8) - 0.1 * Math.sign(y),
      );
      if (d < 0.14) amount += feet * (1 - d / 0.14) * Math.max(0, 1 - Math.abs(x - 5.4) / 0.8);
    }
    if (amount > 0.004) darken(out, i, amount);
  }
}

/** Both eyebrows, hair by hair in a slanted noise. */
function brows(out: SkinTexture, identity: Identity, map: Atlas): void {
  const { brows: brow } = identity;
  const strand = noiseTiles().strand;
  for (const i of map.brow) {
    const x = map.restX[i]!;
    const side = x < 0 ? -1 : 1;
    const s = (side * x - brow.gap) / brow.length;
    if (s < -0.06 || s > 1.05) continue;
    const middle = browMiddle(brow, s);
    const width = brow.thickness * (s < 0.12 ? 0.75 + 2 * s : s > 0.55 ? 1 - 1.5 * (s - 0.55) : 1);
    const d = (map.restY[i]! - middle) / Math.max(0.05, width);
    const soft = smoothstep(1.35, 0.45, Math.abs(d)) * smoothstep(-0.06, 0.09, s) * smoothstep(1.05, 0.86, s);
    if (soft <= 0) continue;
    const hair =
      strand[
        noiseIndex(
          side * x * 0.34 - map.restY[i]! * (0.5 - 0.45 * s),
          0.3 + map.restY[i]! * 0.1 + (side > 0 ? 0.5 : 0),
        )
      ]!;
    const cover = clamp(soft * brow.density * (0.45 + 1.05 * hair), 0, 0.95);
    for (let k = 0; k < 3; k++)
      out[3 * i + k] = mix(out[3 * i + k]!, brow.colour[k]! * (0.75 + 0.5 * hair), cover);
  }
}

function makeUp(out: SkinTexture, identity: Identity, map: Atlas): void {
  const { liner, shadow, shadowColour } = identity.skin;
  for (const i of map.face) {
    const lid = shadow * map.lid[i]!;
    if (lid > 0.01) for (let k = 0; k < 3; k++) out[3 * i + k] = mix(out[3 * i + k]!, shadowColour[k]!, lid);
    const line = liner * map.lash[i]!;
    if (line > 0.01) for (let k = 0; k < 3; k++) out[3 * i + k] = mix(out[3 * i + k]!, 0.012, 0.85 * line);
  }
}

function moles(out: SkinTexture, identity: Identity, map: Atlas): void {
  for (const [mx, my, radius] of identity.skin.moles) {
    for (const i of map.face) {
      const dx = map.restX[i]! - mx;
      const dy = map.restY[i]! - my;
      const d = dx * dx + dy * dy;
      if (d < radius * radius * 1.6) darken(out, i, 0.62 * smoothstep(1.6, 0.5, d / (radius * radius)));
    }
  }
}
