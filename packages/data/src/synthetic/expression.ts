import { LEFT_EYE, MESH_POINTS, mirror, neutral, open, smile } from '../mesh/template.ts';
import { clamp } from './math.ts';

/** How a face moves in one picture. */
export interface Expression {
  /** -0.3 (pressed, corners down) to 1 (broad). */
  readonly smile: number;
  /** 0 closed to 1 (jaw dropped by about 1.6 cm). */
  readonly jaw: number;
  /** Brows: -1 drawn together and down, 1 raised. */
  readonly brows: number;
  /** Eyelids: 0 open, 1 shut, -0.25 wide. */
  readonly blink: number;
  /** Gaze relative to the head in degrees, to the picture's right and up. */
  readonly gaze: readonly [number, number];
}

const UPPER_LID = LEFT_EYE.slice(1, 8);
const LOWER_LID = [7, 163, 144, 145, 153, 154, 155];
/** Skin above the upper lid's rim that moves with it, and by how much. */
const LID_FOLLOWERS: readonly (readonly [readonly number[], number])[] = [
  [[247, 30, 29, 27, 28, 56, 190], 0.62],
  [[225, 224, 223, 222, 221], 0.15],
];

const browWeight = new Float32Array(MESH_POINTS);
for (let i = 0; i < MESH_POINTS; i++) {
  const dx = Math.abs(neutral[3 * i]!) - 3.4;
  const dy = neutral[3 * i + 1]! - 2.4;
  const r = 1 - (dx * dx) / 14 - (dy * dy) / 4.4;
  browWeight[i] = r > 0 ? r * (2 - r) : 0;
}

/** Moves a coarse face in place; positions in centimetres. */
export function express(face: Float32Array, e: Expression): void {
  const wide = 0.95 * e.smile;
  const gap = 1.6 * Math.max(0, e.jaw) + 0.85 * Math.max(0, e.smile - 0.4);
  for (let i = 0; i < face.length; i++) face[i]! += wide * smile[i]! + gap * open[i]!;
  for (let i = 0; i < MESH_POINTS; i++) {
    const w = browWeight[i]!;
    face[3 * i + 1]! += w * (e.brows > 0 ? 0.55 : 0.32) * e.brows;
    if (e.brows < 0) face[3 * i]! += w * 0.22 * e.brows * (face[3 * i]! > 0 ? 1 : -1);
  }
  lids(face, clamp(e.blink + 0.16 * Math.max(0, e.smile) + e.gaze[1] * -0.008, -0.25, 1));
}

function lids(face: Float32Array, shut: number): void {
  UPPER_LID.forEach((upper, k) => {
    const lower = LOWER_LID[k]!;
    for (const side of [0, 1]) {
      const u = side ? mirror[upper]! : upper;
      const l = side ? mirror[lower]! : lower;
      const gap = face[3 * u + 1]! - face[3 * l + 1]!;
      const drop = 0.86 * shut * gap;
      face[3 * u + 1]! -= drop;
      face[3 * u + 2]! += Math.max(0, shut) * 0.12;
      face[3 * l + 1]! += 0.12 * shut * gap;
      for (const [row, share] of LID_FOLLOWERS) {
        const follower = row[k];
        if (follower === undefined) continue;
        const f = side ? mirror[follower]! : follower;
        face[3 * f + 1]! -= share * drop;
      }
    }
  });
}
