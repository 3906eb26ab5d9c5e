import { LEFT_EYE, neutral } from '../mesh/template.ts';
import { ATLAS, lipMask, mouthLine, type Point, restPositions, segment } from './atlas-regions.ts';
import { clamp, smoothstep } from './math.ts';

/** What lies where in the skin's texture: masks in [0, 1] that all people share. `ATLAS * ATLAS` each. */
export interface Atlas {
  /** Place on the mean face, cm; beyond its rim the nearest place on it. */
  readonly restX: Float32Array;
  readonly restY: Float32Array;
  /** Texels that the head uses, those of the face, of the neighbourhood of the brows, of possible wrinkles. */
  readonly used: Uint32Array;
  readonly face: Uint32Array;
  readonly brow: Uint32Array;
  readonly wrinkled: Uint32Array;
  readonly lips: Float32Array;
  readonly blush: Float32Array;
  readonly freckle: Float32Array;
  readonly underEye: Float32Array;
  readonly eyeBag: Float32Array;
  readonly crease: Float32Array;
  readonly fold: Float32Array;
  /** The line between the lips. */
  readonly mouth: Float32Array;
  readonly lid: Float32Array;
  readonly lash: Float32Array;
  readonly nostril: Float32Array;
  readonly moustache: Float32Array;
  readonly chin: Float32Array;
  readonly cheeks: Float32Array;
}

let made: Atlas | undefined;

/** The atlas, made once a process. */
export function atlas(): Atlas {
  made ??= build();
  return made;
}

function build(): Atlas {
  const rest = restPositions();
  const size = ATLAS * ATLAS;
  const layer = (): Float32Array => new Float32Array(size);
  const a = {
    restX: rest.x,
    restY: rest.y,
    face: rest.inside,
    brow: rest.inside.filter((i) => nearBrow(rest.x[i]!, rest.y[i]!)),
    used: Uint32Array.from(rest.beyond.keys()).filter((i) => rest.beyond[i]! < 0.13 * ATLAS),
    wrinkled: rest.inside,
    lips: lipMask(),
    blush: layer(),
    freckle: layer(),
    underEye: layer(),
    eyeBag: layer(),
    crease: layer(),
    fold: layer(),
    mouth: mouthLine(),
    lid: layer(),
    lash: layer(),
    nostril: layer(),
    moustache: layer(),
    chin: layer(),
    cheeks: layer(),
  };
  const eye = eyeOutline();
  for (let i = 0; i < size; i++) {
    const sx = rest.x[i]!;
    const x = Math.abs(sx);
    const y = rest.y[i]!;
    const z = rest.z[i]!;
    paint(a, i, x, y, z, eye);
    const beard = smoothstep(0.035 * ATLAS, 1, rest.beyond[i]!);
    for (const mask of [a.moustache, a.chin, a.cheeks]) mask[i]! *= beard;
  }
  return {
    ...a,
    wrinkled: rest.inside.filter(
      (i) => a.fold[i]! > 0 || a.eyeBag[i]! > 0 || mayWrinkle(Math.abs(rest.x[i]!), rest.y[i]!),
    ),
  };
}

/** The forehead and the outer corners of the eyes. */
const mayWrinkle = (x: number, y: number): boolean =>
  (y > 2.8 && y < 5.6 && x < 4) || (x > 4.7 && x < 6.2 && y > -1.2 && y < 1.2);

const nearBrow = (x: number, y: number): boolean => Math.abs(x) < 7.2 && y > 0.6 && y < 4.2;

/** A soft spot: 1 in the middle, 0 at the given radii. */
function spot(dx: number, dy: number, rx: number, ry: number): number {
  const r = 1 - (dx * dx) / (rx * rx) - (dy * dy) / (ry * ry);
  return r > 0 ? r * r * (3 - 2 * r) : 0;
}

function paint(
  a: Record<string, Float32Array | Uint32Array> & Omit<Atlas, 'face' | 'brow' | 'used' | 'wrinkled'>,
  i: number,
  x: number,
  y: number,
  z: number,
  eye: Eye,
): void {
  a.blush[i] =
    0.25 +
    0.75 * spot(x - 4.1, y + 3, 2.4, 2.2) +
    0.8 * spot(x, y + 3.4, 1.5, 1.2) +
    0.35 * spot(x, y + 9.2, 2, 1.2) +
    0.45 * spot(x - 1.5, y + 3.9, 1, 1) +
    0.25 * spot(x - 3.2, y - 1, 1.8, 0.7) -
    0.2 * spot(x, y - 4.4, 4, 1.8);
  a.freckle[i] = clamp(
    spot(x - 3, y + 2.4, 3.6, 3) + 0.8 * spot(x, y + 1.5, 2, 2.5) + 0.4 * spot(x, y - 3.8, 5, 2.4),
    0,
    1,
  );
  a.underEye[i] = clamp(spot(x - 2.7, y + 0.8, 2.1, 0.95) + 0.7 * spot(x - 1.7, y + 0.1, 0.9, 1), 0, 1);
  a.eyeBag[i] =
    smoothstep(0.16, 0, Math.abs(y + 1.35 - 0.09 * (x - 2.9) * (x - 2.9))) * spot(x - 2.9, y + 1.2, 1.9, 0.8);
  a.fold[i] = foldAt(x, y);
  const lower = y < -7.6 ? 1 : 0;
  a.moustache[i] = clamp(
    1.3 * spot(x - 0.95, y + 5.35 + 0.18 * x, 2.1, 0.95) + 0.9 * spot(x - 2.75, y + 6.5, 0.62, 1.1),
    0,
    1,
  );
  a.chin[i] = clamp(
    smoothstep(-7.5, -8.8, y) * smoothstep(4, 2, x) +
      spot(x, y + 8.3, 0.55, 0.9) +
      0.9 * spot(x - 2.8, y + 7.3, 0.65, 1.3) * (1 - 0.5 * lower),
    0,
    1,
  );
  const cheekLine = -4.3 - 1.15 * clamp((5.6 - x) / 2.6, 0, 1) + 3.6 * smoothstep(5.7, 6.6, x);
  a.cheeks[i] =
    smoothstep(cheekLine + 0.45, cheekLine - 1.3, y) * smoothstep(1.9, 3.3, x) +
    (y < -8.3 ? 0.9 * smoothstep(-8.3, -9, y) : 0);
  a.cheeks[i] = clamp(a.cheeks[i]!, 0, 1);
  a.nostril[i] = clamp(1.5 * spot(x - 0.68, y + 4.2, 0.6, 0.3) * (z > 1.5 ? 1 : 0), 0, 1);
  const d = eye.distance(x, y);
  a.lash[i] = d.upper
    ? smoothstep(0.34, 0.08, d.distance)
    : 0.5 * smoothstep(0.2, 0.02, d.distance) * smoothstep(2.2, 4.2, x);
  a.lid[i] = d.upper
    ? smoothstep(1.05, 0.25, d.distance) * smoothstep(1.7, 2.4, x)
    : 0.25 * smoothstep(0.35, 0, d.distance);
  const crease = d.upper
    ? smoothstep(0.2, 0, Math.abs(d.distance - 0.46)) * spot(x - 3.2, y - 0.9, 1.9, 0.9)
    : 0;
  a.crease[i] = clamp(
    crease +
      (d.upper ? 1.9 * smoothstep(0.2, 0.05, d.distance) : 0.55 * smoothstep(0.14, 0, d.distance)) +
      0.5 * spot(x - 1.62, y + 0.02, 0.28, 0.2),
    0,
    2.1,
  );
}

/** The fold from the wing of the nose past the corner of the mouth. */
function foldAt(x: number, y: number): number {
  if (y > -3.2 || y < -7.6) return 0;
  const t = (-3.2 - y) / 4.4;
  const line = 1.95 + 1.35 * t + 0.2 * t * t;
  return smoothstep(0.3, 0, Math.abs(x - line)) * smoothstep(0, 0.2, t) * smoothstep(1, 0.7, t);
}

interface Eye {
  distance(x: number, y: number): { readonly distance: number; readonly upper: boolean };
}

/** Distance in cm from the rim of the eye on the mean face, and whether the upper rim is nearer. */
function eyeOutline(): Eye {
  const rim = LEFT_EYE.map((i): Point => [-neutral[3 * i]!, neutral[3 * i + 1]!]);
  const answer = { distance: 9, upper: false };
  return {
    distance(x, y) {
      answer.distance = 9;
      if (Math.abs(x - 3.2) > 3 || Math.abs(y) > 2.6) return answer;
      for (let k = 0; k < rim.length; k++) {
        const d = segment(x, y, rim[k]!, rim[(k + 1) % rim.length]!);
        if (d < answer.distance) {
          answer.distance = d;
          answer.upper = k < 8;
        }
      }
      return answer;
    },
  };
}
