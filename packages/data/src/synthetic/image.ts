import type { Pose } from '../face.ts';
import { type Random, random } from '../random.ts';
import type { Colour } from './colour.ts';
import type { Expression } from './expression.ts';
import type { Population } from './identity.ts';
import { clamp, cosine, sine } from './math.ts';

/** Directional light and a sky above a ground, all linear. */
export interface Light {
  /** Unit vector towards the light; x right, y up, z to the viewer. */
  readonly direction: Colour;
  readonly key: Colour;
  readonly sky: Colour;
  readonly ground: Colour;
  /** Second, weaker light from the other side. */
  readonly fillDirection: Colour;
  readonly fill: Colour;
}

export interface Camera {
  /** Distance in centimetres: nearer means stronger perspective. */
  readonly distance: number;
  readonly exposure: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Standard deviation of noise, in 8-bit steps. */
  readonly noise: number;
  /** Share of each neighbour in a 3-tap blur, 0 to 0.28. */
  readonly blur: number;
  readonly balance: Colour;
}

/** What differs between two pictures of one person. */
export interface ImageParams {
  /** Yaw and pitch of the head; roll is what remains after alignment. */
  readonly pose: Pose;
  /** Turn of the shoulders against the picture, degrees. */
  readonly shoulders: { readonly yaw: number; readonly roll: number };
  readonly expression: Expression;
  readonly light: Light;
  readonly camera: Camera;
  /** Alignment error: shift in pixels of 128, and scale. */
  readonly jitter: { readonly x: number; readonly y: number; readonly scale: number };
  readonly background: { readonly seed: number; readonly kind: 'wall' | 'bokeh' | 'outdoor' | 'studio' };
  readonly clothes: {
    readonly colour: Colour;
    readonly second: Colour;
    readonly neckline: number;
    readonly pattern: number;
  };
  /** Seed of the sensor's noise. */
  readonly grain: number;
}

/** Picture number `image` of a person: the same arguments give the same picture on every machine. */
export function imageOf(
  seed: number,
  identity: string,
  image: number,
  population: Population = 'a',
): ImageParams {
  const r = random(seed, 'synthetic image', identity, image);
  const b = population === 'b';
  return {
    pose: {
      yaw: clamp((b ? 14 : 12) * r.normal(), -30, 30),
      pitch: clamp(6 * r.normal(), -16, 16),
      roll: clamp(2.2 * r.normal(), -7, 7),
    },
    shoulders: { yaw: r.uniform(-14, 14), roll: 5 * r.normal() },
    expression: expressionOf(r),
    light: lightOf(r, b),
    camera: cameraOf(r, b),
    jitter: { x: 1.2 * r.normal(), y: 1.2 * r.normal(), scale: 1 + 0.025 * r.normal() },
    background: {
      seed: r.integer(0, 1 << 30),
      kind: r.pick(
        b
          ? (['wall', 'outdoor', 'outdoor', 'bokeh'] as const)
          : (['wall', 'bokeh', 'bokeh', 'outdoor', 'studio'] as const),
      ),
    },
    clothes: clothesOf(r),
    grain: r.integer(0, 1 << 30),
  };
}

function expressionOf(r: Random): Expression {
  const u = r.next();
  const smile = u < 0.38 ? r.uniform(-0.05, 0.25) : u < 0.7 ? r.uniform(0.25, 0.65) : r.uniform(0.65, 1);
  const jaw = r.next() < 0.22 ? r.uniform(0.1, 0.75) : smile > 0.6 ? r.uniform(0, 0.2) : 0;
  return {
    smile,
    jaw,
    brows: r.next() < 0.35 ? r.uniform(-0.7, 0.9) : 0.1 * r.normal(),
    blink: r.next() < 0.05 ? r.uniform(0.5, 1) : r.uniform(-0.14, 0.14),
    gaze: [clamp(5 * r.normal(), -16, 16), clamp(3 * r.normal(), -9, 9)],
  };
}

const towards = (azimuth: number, elevation: number): Colour => [
  sine(azimuth) * cosine(elevation),
  sine(elevation),
  cosine(azimuth) * cosine(elevation),
];

function lightOf(r: Random, b: boolean): Light {
  const side = r.next() < 0.5 ? -1 : 1;
  const azimuth = side * (b ? r.uniform(15, 75) : r.uniform(0, 60));
  const hard = r.uniform(0.6, b ? 1.5 : 1.3);
  const warm = 0.025 + r.normal() * (b ? 0.07 : 0.05);
  const tint = (strength: number, t: number): Colour => [
    strength * (1 + t),
    strength,
    strength * (1 - 1.2 * t),
  ];
  const ambient = r.uniform(0.2, 0.5);
  const skyTint = -0.4 * warm + 0.04 * r.normal();
  return {
    direction: towards(azimuth, r.uniform(5, 55)),
    key: tint(hard, warm),
    sky: tint(ambient, skyTint),
    ground: tint(ambient * r.uniform(0.3, 0.75), 0.06 + 0.05 * r.normal()),
    fillDirection: towards(-side * r.uniform(30, 110), r.uniform(-10, 25)),
    fill: tint(r.next() < 0.6 ? r.uniform(0.05, 0.35) : 0, 0.12 * r.normal()),
  };
}

function cameraOf(r: Random, b: boolean): Camera {
  const cast = clamp(0.025 + 0.045 * r.normal(), -0.045, 0.14);
  return {
    distance: b ? r.uniform(100, 280) : r.uniform(70, 180),
    exposure: clamp(1 + 0.13 * r.normal(), 0.68, 1.4),
    contrast: clamp((b ? 1.2 : 1.12) + 0.09 * r.normal(), 0.85, 1.45),
    saturation: clamp((b ? 0.96 : 1.1) + 0.1 * r.normal(), 0.85, 1.35),
    noise: r.next() * r.next() * (b ? 4 : 2.4),
    blur: r.next() * r.next() * (b ? 0.24 : 0.2),
    balance: [1 + cast, 1, 1 - cast],
  };
}

function clothesOf(r: Random): ImageParams['clothes'] {
  const colour = (): Colour => {
    const grey = r.next() * r.next() * 0.7 + 0.01;
    const vivid = r.next() < 0.6 ? 0.12 : 0.6;
    return [
      grey * (1 + vivid * r.uniform(-1, 1)),
      grey * (1 + vivid * r.uniform(-1, 1)),
      grey * (1 + vivid * r.uniform(-1, 1)),
    ];
  };
  return {
    colour: colour(),
    second: colour(),
    neckline: r.uniform(0, 1),
    pattern: r.next() < 0.14 ? r.uniform(0.3, 1) : 0,
  };
}
