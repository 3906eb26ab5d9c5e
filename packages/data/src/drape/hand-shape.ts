/** A right hand with its forearm, of rounded cones: cm, x to the picture's right, y up, z to the viewer. */
import type { Capsule, Vector } from './capsules.ts';

/** How fingers are held. */
export interface Grip {
  /** How far the fingers lean apart: the tangent between neighbours. */
  readonly splay: number;
  /** Tangents of half the angles by which each finger's joints are bent. */
  readonly bends: readonly [knuckle: number, middle: number, tip: number];
  /** By finger from the index to the little one: how much more of `bends`, and how much further it leans to the thumb. */
  readonly own: readonly (readonly [bend: number, lean: number])[];
  /** The thumb: 0 lies along the index finger, 1 stands off. */
  readonly thumb: number;
}

/** Where a hand is: its middle knuckle, where its fingers point and its back faces, and where the arm goes. */
export interface Stance {
  readonly knuckle: Vector;
  readonly forward: Vector;
  readonly back: Vector;
  readonly arm: Vector;
}

/** A part of it; all lengths in cm. */
export interface Limb extends Capsule {
  /** Where the back of the hand is here. */
  readonly back: Vector;
  /** How red the skin is at its ends. */
  readonly red: readonly [a: number, b: number];
  /** How deep the skin is creased at its ends. */
  readonly creases: readonly [a: number, b: number];
  /** Where lines of the palm cross it, from 0 at a to 1 at b. */
  readonly lines: readonly number[];
  readonly length: number;
  readonly nail: boolean;
}

/** From the index to the little finger: place of the knuckle towards the thumb, the fingers and the back; bones; radii. */
const FINGERS = [
  { knuckle: [2.35, 8.9, 0.1], bones: [4.1, 2.5, 1.7], radii: [0.95, 0.86, 0.78, 0.64] },
  { knuckle: [0.75, 9.2, 0.25], bones: [4.6, 2.9, 1.8], radii: [0.97, 0.88, 0.79, 0.65] },
  { knuckle: [-0.85, 8.8, 0.15], bones: [4.2, 2.7, 1.8], radii: [0.93, 0.82, 0.75, 0.62] },
  { knuckle: [-2.35, 7.9, -0.2], bones: [3.3, 1.9, 1.6], radii: [0.83, 0.72, 0.65, 0.55] },
] as const;

const plus = (a: Vector, b: Vector, t = 1): Vector => [a[0] + t * b[0], a[1] + t * b[1], a[2] + t * b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const lengthOf = (a: Vector): number => Math.sqrt(dot(a, a));
const unit = (a: Vector): Vector => plus([0, 0, 0], a, 1 / (lengthOf(a) || 1));
/** The part of a at right angles to the unit vector b, at length 1. */
const beside = (a: Vector, b: Vector): Vector => unit(plus(a, b, -dot(a, b)));

/** Axes of the hand, each of length 1. */
interface Frame {
  readonly forward: Vector;
  readonly back: Vector;
  readonly thumb: Vector;
  /** The point so far towards the thumb, the fingers and the back, from the middle of the wrist. */
  at(thumb: number, forward: number, back: number): Vector;
  /** A direction in the same terms. */
  toward(thumb: number, forward: number, back: number): Vector;
}

function frameOf(stance: Stance): Frame {
  const forward = unit(stance.forward);
  const back = beside(stance.back, forward);
  const thumb = cross(back, forward);
  const [kt, kf, kn] = FINGERS[1].knuckle;
  const sum = (from: Vector, t: number, f: number, n: number): Vector =>
    plus(plus(plus(from, thumb, t), forward, f), back, n);
  return {
    forward,
    back,
    thumb,
    at: (t, f, n) => sum(stance.knuckle, t - kt, f - kf, n - kn),
    toward: (t, f, n) => unit(sum([0, 0, 0], t, f, n)),
  };
}

/** Of the limbs: an arm's, and the one to the middle finger's knuckle. */
export const [ARM, PALM] = [0, 4] as const;

/** The whole, from the arm, which is 45 cm long, to the tips. */
export function handLimbs(stance: Stance, grip: Grip): Limb[] {
  const frame = frameOf(stance);
  return [
    ...armLimbs(frame, unit(stance.arm)),
    ...palmLimbs(frame),
    ...FINGERS.flatMap((_, i) => fingerLimbs(frame, grip, i)),
    ...thumbLimbs(frame, grip.thumb),
  ];
}

type Looks = Partial<Pick<Limb, 'red' | 'creases' | 'lines' | 'nail'>>;

const limb = (
  { back }: Pick<Frame, 'back'>,
  [a, b]: readonly [Vector, Vector],
  [ra, rb]: readonly [number, number],
  soft: number,
  { red = [0, 0], creases = [0, 0], lines = [], nail = false }: Looks = {},
): Limb => ({ a, b, ra, rb, soft, back, red, creases, lines, nail, length: lengthOf(plus(b, a, -1)) });

/** Flat where it meets the hand, round towards the elbow. */
function armLimbs(frame: Frame, out: Vector): Limb[] {
  const wrist = frame.at(0, -1.5, -0.1);
  const side = beside(frame.thumb, out);
  const flat = [-1, 1].map((s) => {
    const ends = [frame.at(1.05 * s, 0.6, -0.1), plus(plus(wrist, out, 4), side, 0.9 * s)] as const;
    return limb(frame, ends, [1.75, 1.9], 1.2);
  });
  return [limb(frame, [wrist, plus(wrist, out, 45)], [2.1, 4.6], 1.2), ...flat];
}

/** Where the lines of heart and head cross the bones of the palm, from the index's to the little finger's. */
const PALM_LINES = [[0.62], [0.92, 0.6], [0.82, 0.54], [0.74, 0.44]];

/** A bone to each knuckle; the muscles at the thumb's root and along the other edge. */
function palmLimbs(frame: Frame): Limb[] {
  const bones = FINGERS.map(({ knuckle: [t, f, n] }, i) =>
    limb(frame, [frame.at(0.62 * t, 1.2, 0), frame.at(t, f, n)], [1.35, 1], 1.1, {
      red: [0, 0.5],
      lines: PALM_LINES[i]!,
    }),
  );
  return [
    ...bones,
    limb(frame, [frame.at(-2, 1.4, -0.5), frame.at(-2.5, 6.4, -0.5)], [1.2, 0.95], 0.8),
    limb(frame, [frame.at(1.5, 1.3, -0.5), frame.at(2.2, 6.5, -0.4)], [1.3, 0.9], 0.8),
  ];
}

function fingerLimbs(frame: Frame, { splay, bends, own }: Grip, i: number): Limb[] {
  const { knuckle, bones, radii } = FINGERS[i]!;
  const [more, lean] = own[i]!;
  const [t, f, n] = knuckle;
  let joint = frame.at(t, f, n);
  let along = frame.toward(splay * (1.4 - i) + lean, 1, 0);
  let back = beside(frame.back, along);
  return bones.map((bone, j) => {
    const half = bends[j]! * (1 + more);
    const cos = (1 - half * half) / (1 + half * half);
    const sin = (2 * half) / (1 + half * half);
    const straight = along;
    along = unit(plus(plus([0, 0, 0], along, cos), back, -sin));
    back = unit(plus(plus([0, 0, 0], back, cos), straight, sin));
    const ends = [joint, plus(joint, along, bone)] as const;
    joint = ends[1];
    return limb({ back }, ends, [radii[j]!, radii[j + 1]!], 0.25, {
      red: j === 2 ? [0.4, 1] : [0.7, 0.4],
      creases: [j === 0 ? 0 : 1, j === 2 ? 0 : 1],
      nail: j === 2,
    });
  });
}

/** `off`: as in `Grip.thumb`. */
function thumbLimbs(frame: Frame, off: number): Limb[] {
  const root = frame.at(1.9, 1.8, -0.7);
  const second = plus(root, frame.toward(0.35 + 0.6 * off, 1 - 0.35 * off, -0.25), 4.1);
  const along = frame.toward(0.1 + 0.7 * off, 1 - 0.2 * off, -0.05);
  const third = plus(second, along, 3.1);
  const tip = plus(third, frame.toward(0.05 + 0.75 * off, 1.1 - 0.2 * off, -0.05), 2.1);
  const back = beside(frame.toward(0.65, 0, 0.75), along);
  return [
    limb(frame, [root, second], [1.55, 1.1], 0.8),
    limb({ back }, [second, third], [1.08, 0.95], 0.35, { red: [0.5, 0.4], creases: [0, 1] }),
    limb({ back }, [third, tip], [0.95, 0.72], 0.25, { red: [0.5, 1], creases: [1, 0], nail: true }),
  ];
}
