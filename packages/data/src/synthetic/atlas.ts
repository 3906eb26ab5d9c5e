import { clamp, smoothstep } from './math.ts';
import { faceUv, fineFace, fineNeutral, INNER_LIPS, LEFT_EYE, LOWER_LIP, mirror, neutral, UPPER_LIP } from './template.ts';

/** Side of the skin's texture in texels. */
export const ATLAS = 192;

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

type Point = readonly [number, number];

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
    restX: rest.x, restY: rest.y, face: rest.inside, brow: rest.inside.filter((i) => nearBrow(rest.x[i]!, rest.y[i]!)),
    used: Uint32Array.from(rest.beyond.keys()).filter((i) => rest.beyond[i]! < 0.13 * ATLAS), wrinkled: rest.inside,
    lips: lipMask(), blush: layer(), freckle: layer(), underEye: layer(), eyeBag: layer(), crease: layer(), fold: layer(), mouth: mouthLine(), lid: layer(),
    lash: layer(), nostril: layer(), moustache: layer(), chin: layer(), cheeks: layer(),
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
  return { ...a, wrinkled: rest.inside.filter((i) => a.fold[i]! > 0 || a.eyeBag[i]! > 0 || mayWrinkle(Math.abs(rest.x[i]!), rest.y[i]!)) };
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

function paint(a: Record<string, Float32Array | Uint32Array> & Omit<Atlas, 'face' | 'brow' | 'used' | 'wrinkled'>, i: number, x: number, y: number, z: number, eye: Eye): void {
  a.blush[i] = 0.25 + 0.75 * spot(x - 4.1, y + 3, 2.4, 2.2) + 0.8 * spot(x, y + 3.4, 1.5, 1.2) + 0.35 * spot(x, y + 9.2, 2, 1.2)
    + 0.45 * spot(x - 1.5, y + 3.9, 1, 1) + 0.25 * spot(x - 3.2, y - 1, 1.8, 0.7) - 0.2 * spot(x, y - 4.4, 4, 1.8);
  a.freckle[i] = clamp(spot(x - 3, y + 2.4, 3.6, 3) + 0.8 * spot(x, y + 1.5, 2, 2.5) + 0.4 * spot(x, y - 3.8, 5, 2.4), 0, 1);
  a.underEye[i] = clamp(spot(x - 2.7, y + 0.8, 2.1, 0.95) + 0.7 * spot(x - 1.7, y + 0.1, 0.9, 1), 0, 1);
  a.eyeBag[i] = smoothstep(0.16, 0, Math.abs(y + 1.35 - 0.09 * (x - 2.9) * (x - 2.9))) * spot(x - 2.9, y + 1.2, 1.9, 0.8);
  a.fold[i] = foldAt(x, y);
  const lower = y < -7.6 ? 1 : 0;
  a.moustache[i] = clamp(1.3 * spot(x - 0.95, y + 5.35 + 0.18 * x, 2.1, 0.95) + 0.9 * spot(x - 2.75, y + 6.5, 0.62, 1.1), 0, 1);
  a.chin[i] = clamp(smoothstep(-7.5, -8.8, y) * smoothstep(4, 2, x) + spot(x, y + 8.3, 0.55, 0.9) + 0.9 * spot(x - 2.8, y + 7.3, 0.65, 1.3) * (1 - 0.5 * lower), 0, 1);
  const cheekLine = -4.3 - 1.15 * clamp((5.6 - x) / 2.6, 0, 1) + 3.6 * smoothstep(5.7, 6.6, x);
  a.cheeks[i] = smoothstep(cheekLine + 0.45, cheekLine - 1.3, y) * smoothstep(1.9, 3.3, x) + (y < -8.3 ? 0.9 * smoothstep(-8.3, -9, y) : 0);
  a.cheeks[i] = clamp(a.cheeks[i]!, 0, 1);
  a.nostril[i] = clamp(1.5 * spot(x - 0.68, y + 4.2, 0.6, 0.3) * (z > 1.5 ? 1 : 0), 0, 1);
  const d = eye.distance(x, y);
  a.lash[i] = d.upper ? smoothstep(0.34, 0.08, d.distance) : 0.5 * smoothstep(0.2, 0.02, d.distance) * smoothstep(2.2, 4.2, x);
  a.lid[i] = d.upper ? smoothstep(1.05, 0.25, d.distance) * smoothstep(1.7, 2.4, x) : 0.25 * smoothstep(0.35, 0, d.distance);
  const crease = d.upper ? smoothstep(0.2, 0, Math.abs(d.distance - 0.46)) * spot(x - 3.2, y - 0.9, 1.9, 0.9) : 0;
  a.crease[i] = clamp(crease + (d.upper ? 1.9 * smoothstep(0.2, 0.05, d.distance) : 0.55 * smoothstep(0.14, 0, d.distance)) + 0.5 * spot(x - 1.62, y + 0.02, 0.28, 0.2), 0, 2.1);
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

function segment(x: number, y: number, a: Point, b: Point): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const t = clamp(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1), 0, 1);
  const px = x - a[0] - t * dx;
  const py = y - a[1] - t * dy;
  return Math.sqrt(px * px + py * py);
}

/** Lips in texture coordinates: inside their outline, soft at its edge; the gap between them counts too. */
function lipMask(): Float32Array {
  const out = new Float32Array(ATLAS * ATLAS);
  const outline = [...UPPER_LIP, ...LOWER_LIP.slice(1, -1).reverse()].map((i): Point => [faceUv[2 * i]! * ATLAS, faceUv[2 * i + 1]! * ATLAS]);
  for (let y = Math.floor(0.55 * ATLAS); y < 0.75 * ATLAS; y++) {
    for (let x = Math.floor(0.35 * ATLAS); x < 0.65 * ATLAS; x++) {
      let inside = false;
      let near = 9;
      outline.forEach((p, k) => {
        const q = outline[(k + 1) % outline.length]!;
        near = Math.min(near, segment(x + 0.5, y + 0.5, p, q));
        if (p[1] > y + 0.5 !== q[1] > y + 0.5 && x + 0.5 < ((q[0] - p[0]) * (y + 0.5 - p[1])) / (q[1] - p[1]) + p[0]) inside = !inside;
      });
      out[y * ATLAS + x] = smoothstep(-0.0065 * ATLAS, 0.008 * ATLAS, inside ? near : -near);
    }
  }
  return out;
}

/** Where the lips meet, in texture coordinates. */
function mouthLine(): Float32Array {
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

interface Rest {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly inside: Uint32Array;
  /** Texels beyond the face's rim. */
  readonly beyond: Uint8Array;
}

/** The mean face drawn into its own texture, and spread beyond its rim. */
function restPositions(): Rest {
  const size = ATLAS * ATLAS;
  const x = new Float32Array(size);
  const y = new Float32Array(size);
  const z = new Float32Array(size);
  const known = new Uint8Array(size);
  const { triangles } = fineFace;
  for (let t = 0; t < triangles.length; t += 3) {
    const v = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!] as const;
    fillTriangle(v.map((i): Point => [faceUv[2 * i]! * ATLAS - 0.5, faceUv[2 * i + 1]! * ATLAS - 0.5]), (at, w) => {
      known[at] = 1;
      x[at] = w[0] * fineNeutral[3 * v[0]]! + w[1] * fineNeutral[3 * v[1]]! + w[2] * fineNeutral[3 * v[2]]!;
      y[at] = w[0] * fineNeutral[3 * v[0] + 1]! + w[1] * fineNeutral[3 * v[1] + 1]! + w[2] * fineNeutral[3 * v[2] + 1]!;
      z[at] = w[0] * fineNeutral[3 * v[0] + 2]! + w[1] * fineNeutral[3 * v[1] + 2]! + w[2] * fineNeutral[3 * v[2] + 2]!;
    });
  }
  const inside = Uint32Array.from([...known.keys()].filter((i) => known[i] === 1));
  return { x, y, z, inside, beyond: spreadOut([x, y, z], known) };
}

function fillTriangle(p: readonly Point[], put: (at: number, w: readonly [number, number, number]) => void): void {
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
      for (const [step, allowed] of [[-1, column > 0], [1, column < ATLAS - 1], [-ATLAS, i >= ATLAS], [ATLAS, i < ATLAS * (ATLAS - 1)]] as const) {
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
