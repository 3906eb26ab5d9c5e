/** Constructed faces, occluders and stand-ins for networks: no training, all known by construction. */
import { openSource, type Rgb, random, type Sample, SourceConfig } from '@fsg/data';
import { gaussianBlur } from '../src/pictures/blur.ts';

export const SIZE = 128;

/** Of some synthetic person. */
const { mesh } = await (await openSource(SourceConfig.parse({ kind: 'synthetic', identities: 1 }))).load(0);

type Colour = readonly [number, number, number];

export function paint(colour: (x: number, y: number) => Colour): Rgb {
  const data = new Uint8ClampedArray(SIZE * SIZE * 3);
  for (let p = 0; p < SIZE * SIZE; p++) data.set(colour(p % SIZE, Math.floor(p / SIZE)), 3 * p);
  return { width: SIZE, height: SIZE, data: new Uint8Array(data) };
}

/** A shaded head with eyes, mouth and striped hair before a graded wall; every seed another one. */
export function face(seed: number): Rgb {
  const r = random('face', seed);
  const skin: Colour = [r.uniform(150, 230), r.uniform(110, 180), r.uniform(90, 150)];
  const hair: Colour = [r.uniform(20, 90), r.uniform(15, 60), r.uniform(10, 40)];
  const wall: Colour = [r.uniform(60, 200), r.uniform(60, 200), r.uniform(60, 200)];
  const within = (x: number, y: number, cx: number, cy: number, rx: number, ry: number): boolean =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  return paint((x, y) => {
    const grain = 4 * (r.next() - 0.5);
    const shade = (c: Colour, light: number): Colour => [
      c[0] * light + grain,
      c[1] * light + grain,
      c[2] * light + grain,
    ];
    if (within(x, y, 50, 58, 5, 3) || within(x, y, 78, 58, 5, 3)) return [30, 25, 30];
    if (within(x, y, 64, 88, 11, 4)) return [150, 50, 60];
    if (within(x, y, 64, 70, 27, 36)) return shade(skin, 1.1 - 0.006 * Math.abs(x - 58));
    if (within(x, y, 64, 62, 38, 46)) return shade(hair, (x + 2 * y) % 7 < 3 ? 1.7 : 1);
    return shade(wall, 0.7 + y / 300);
  });
}

export const OCCLUDERS = ['block', 'noise', 'check', 'glasses', 'surgical'] as const;

/** A face with an occluder drawn over it. */
export function sample(
  seed: number,
  occluder: (typeof OCCLUDERS)[number],
  identity = `person-${seed}`,
): Sample {
  const clean = face(seed);
  const r = random('occluder', seed);
  const colour: Colour = [r.uniform(0, 90), r.uniform(120, 255), r.uniform(150, 255)];
  const drawn = (x: number, y: number): Colour | null => {
    const inBox = x >= 44 && x < 84 && y >= 64 && y < 100;
    const lens =
      ((x - 49) / 14) ** 2 + ((y - 58) / 9) ** 2 < 1 || ((x - 79) / 14) ** 2 + ((y - 58) / 9) ** 2 < 1;
    if (occluder === 'block') return inBox ? colour : null;
    if (occluder === 'noise') return inBox ? [r.uniform(0, 255), r.uniform(0, 255), r.uniform(0, 255)] : null;
    if (occluder === 'check')
      return inBox ? (((x >> 3) + (y >> 3)) % 2 === 0 ? colour : [240, 240, 60]) : null;
    if (occluder === 'glasses') return lens ? [12, 14, 25] : null;
    return y >= 72 && y < 106 && Math.abs(x - 64) < 26 - Math.max(0, y - 92) ? [170, 205, 235] : null;
  };
  const mask = new Uint8Array(SIZE * SIZE);
  const data = clean.data.slice();
  for (let p = 0; p < mask.length; p++) {
    const over = drawn(p % SIZE, Math.floor(p / SIZE));
    if (!over) continue;
    mask[p] = 1;
    data.set(over, 3 * p);
  }
  return {
    key: `${occluder}-${seed}`,
    identity,
    occluder,
    clean,
    occluded: { ...clean, data },
    mask,
    landmarks: new Float32Array(136).fill(seed),
    mesh,
    blend: null,
    degrade: null,
  };
}

function blurred(image: Rgb, sigma: number): Float32Array[] {
  return [0, 1, 2].map((c) => {
    const plane = Float32Array.from({ length: SIZE * SIZE }, (_, p) => image.data[3 * p + c] as number);
    return gaussianBlur(plane, SIZE, SIZE, sigma);
  });
}

/** What a half-trained network gives: everything blurred, a colour cast, a ghost of the occluder in the hole. */
export function guess({ clean, occluded }: Sample, { blur, ghost }: { blur: number; ghost: number }): Rgb {
  const from = blurred(clean, blur);
  const shown = blurred(occluded, blur);
  const cast = [6, -4, 3];
  return paint((x, y) => {
    const value = (c: number): number => {
      const p = y * SIZE + x;
      const target = from[c]?.[p] as number;
      return target + ghost * ((shown[c]?.[p] as number) - target) + (cast[c] as number);
    };
    return [value(0), value(1), value(2)];
  });
}
