/** How a hand comes before a face: the person's right one, from the picture's left. */
import type { Grip, Stance } from '../drape/hand-shape.ts';
import type { Random } from '../random.ts';

/** Lengths in cm on the mean face. */
export interface Gesture {
  readonly stance: Stance;
  readonly grip: Grip;
  /** The point of the face that it goes with. */
  readonly contact: readonly [x: number, y: number];
}

type Uniform = (low: number, high: number) => number;

const gripOf = (u: Uniform, grip: Omit<Grip, 'own'>, loose = 1): Grip => ({
  ...grip,
  own: [0, 1, 2, 3].map(() => [loose * u(-0.25, 0.25), loose * u(-0.03, 0.03)] as const),
});

export const GESTURES = {
  /** The palm over the mouth. */
  mouth: (u) => ({
    stance: {
      knuckle: [u(-1.5, 1), u(-6.4, -5.4), 4.1],
      forward: [0.9, u(0.15, 0.5), u(0.05, 0.2)],
      back: [-0.1, u(-0.1, 0.2), 1],
      arm: [-0.6, u(-1, -0.6), u(-0.1, 0.1)],
    },
    grip: gripOf(u, {
      splay: u(0, 0.08),
      bends: [u(0.08, 0.2), u(0.12, 0.25), u(0.05, 0.15)],
      thumb: u(0, 0.5),
    }),
    contact: [0, -6.5],
  }),
  /** Fingers over one eye, the heel of the hand on the cheek. */
  eye: (u) => ({
    stance: {
      knuckle: [u(-4.4, -3.2), u(-4.5, -2.5), 3.4],
      forward: [u(0, 0.3), 0.95, 0.05],
      back: [u(-0.4, -0.1), 0, 1],
      arm: [u(-0.6, -0.1), -1, u(0, 0.2)],
    },
    grip: gripOf(u, {
      splay: u(0, 0.12),
      bends: [u(0, 0.12), u(0.05, 0.2), u(0.05, 0.12)],
      thumb: u(0, 0.6),
    }),
    contact: [-3.3, 0],
  }),
  /** The cheek leans on the fingers or on the palm. */
  cheek: (u) => ({
    stance: {
      knuckle: [u(-6.4, -5.6), u(-6.5, -4.5), u(-0.5, 0.5)],
      forward: [u(-0.15, 0.1), 0.95, u(-0.25, -0.05)],
      back: [-0.8, -0.05, u(0.5, 0.8)],
      arm: [u(-0.2, 0.3), -1, 0.1],
    },
    grip: gripOf(u, {
      splay: u(0, 0.08),
      bends: [u(0, 0.15), u(0.1, 0.35), u(0.1, 0.25)],
      thumb: u(0, 0.4),
    }),
    contact: [-5, -5],
  }),
  /** The chin rests on the fist. */
  chin: (u) => ({
    stance: {
      knuckle: [u(-1.5, 1.5), u(-10.6, -9.6), 3.2],
      forward: [u(-0.1, 0.35), 0.95, 0.2],
      back: [u(-0.3, 0.2), 0.2, 1],
      arm: [u(-0.5, 0.1), -1, -0.1],
    },
    grip: gripOf(u, { splay: 0, bends: [u(0.65, 0.85), u(0.8, 1), u(0.4, 0.6)], thumb: u(0, 0.15) }, 0.2),
    contact: [0, -10.4],
  }),
  /** Fingers spread before both eyes. */
  eyes: (u) => ({
    stance: {
      knuckle: [u(-3.5, -2), u(-3.5, -2), 5],
      forward: [u(0.25, 0.6), 0.8, 0],
      back: [u(-0.2, 0.1), 0, 1],
      arm: [u(-0.9, -0.4), -1, 0.1],
    },
    grip: gripOf(u, {
      splay: u(0.18, 0.3),
      bends: [u(0, 0.1), u(0, 0.15), u(0, 0.1)],
      thumb: u(0.4, 0.9),
    }),
    contact: [0, 0],
  }),
  /** The palm held up before the face, turned outwards. */
  palm: (u) => ({
    stance: {
      knuckle: [u(-3.5, -1), u(-5.5, -3), 7],
      forward: [u(-0.1, 0.5), 0.9, u(-0.1, 0.1)],
      back: [u(-0.2, 0.2), u(-0.2, 0.2), -1],
      arm: [u(-0.6, 0), -1, 0],
    },
    grip: gripOf(u, {
      splay: u(0.06, 0.25),
      bends: [u(0, 0.12), u(0, 0.15), u(0, 0.1)],
      thumb: u(0.2, 0.9),
    }),
    contact: [0, -3],
  }),
} as const satisfies Record<string, (u: Uniform) => Gesture>;

export type GestureName = keyof typeof GESTURES;

export const gestureOf = (name: GestureName, random: Random): Gesture => GESTURES[name](random.uniform);
