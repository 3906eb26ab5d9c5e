import type { Rotation } from '../mesh/head-pose.ts';

/**
 * Arithmetic that gives the same bits on every machine and Node version: only + - * / and square roots.
 * (Math.pow, Math.sin and Math.exp may differ in their last bit between versions of the JavaScript engine.)
 */

const PI = Math.PI;

export const clamp = (x: number, low: number, high: number): number => (x < low ? low : Math.min(x, high));

export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

/** 0 below `from`, 1 above `to`, smooth between; `from` may be the larger one. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

/** Sine of an angle in degrees; absolute error below 1e-7. */
export function sine(degrees: number): number {
  let d = degrees - 360 * Math.floor(degrees / 360);
  let sign = 1;
  if (d >= 180) {
    d -= 180;
    sign = -1;
  }
  if (d > 90) d = 180 - d;
  const x = (d * PI) / 180;
  const s = x * x;
  return (
    sign *
    x *
    (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - (s / 110) * (1 - s / 156))))))
  );
}

export const cosine = (degrees: number): number => sine(degrees + 90);

/** Angle of (y, x) in degrees, -180 to 180, within 0.25 degrees of Math.atan2. */
export function angle(y: number, x: number): number {
  const ax = Math.abs(x);
  const ay = Math.abs(y);
  if (ax + ay === 0) return 0;
  const t = ay < ax ? ay / ax : ax / ay;
  let a = t * (45 + 15.64 * (1 - t));
  if (ay > ax) a = 90 - a;
  if (x < 0) a = 180 - a;
  return y < 0 ? -a : a;
}

/** The sRGB curve for x in [0, 1], within 0.002, from square roots only. */
export function encodeSrgb(x: number): number {
  if (x < 0.0031308) return 12.92 * x;
  const a = Math.sqrt(x);
  const b = Math.sqrt(a);
  const c = Math.sqrt(b);
  return 0.662002687 * a + 0.68412206 * b - 0.323583601 * c - 0.022541147 * x;
}

/** Inverse of the sRGB curve for x in [0, 1], within 0.002 (a cubic through its ends). */
export const decodeSrgb = (x: number): number => x * (x * (x * 0.305306011 + 0.682171111) + 0.012522878);

/** Value of a piecewise linear curve through `knots` (x0, y0, x1, y1 …, x rising); flat outside. */
export function curve(knots: readonly number[], x: number): number {
  const last = knots.length - 2;
  if (x <= (knots[0] ?? 0)) return knots[1] ?? 0;
  for (let i = 2; i <= last; i += 2) {
    const right = knots[i] ?? 0;
    if (x <= right) {
      const left = knots[i - 2] ?? 0;
      return mix(knots[i - 1] ?? 0, knots[i + 1] ?? 0, (x - left) / (right - left));
    }
  }
  return knots[last + 1] ?? 0;
}

/** Head rotation: yaw > 0 to the picture's right, pitch > 0 up, roll > 0 clockwise; roll applied last. Degrees. */
export function rotation(yaw: number, pitch: number, roll: number): Rotation {
  const sy = sine(yaw);
  const cy = cosine(yaw);
  const sp = sine(pitch);
  const cp = cosine(pitch);
  const sr = sine(roll);
  const cr = cosine(roll);
  // pitch · yaw, then roll
  const m = [cy, 0, sy, -sp * sy, cp, sp * cy, -cp * sy, -sp, cp * cy] as const;
  return [
    cr * m[0] + sr * m[3],
    cr * m[1] + sr * m[4],
    cr * m[2] + sr * m[5],
    -sr * m[0] + cr * m[3],
    -sr * m[1] + cr * m[4],
    -sr * m[2] + cr * m[5],
    m[6],
    m[7],
    m[8],
  ];
}
