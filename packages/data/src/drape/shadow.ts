/** The shadow that a worn thing throws on the skin around it. */

import type { Canvas } from '../draw/canvas.ts';
import { Coverage } from '../draw/polygon.ts';
import type { Field } from '../draw/texture.ts';
import type { Light } from './light.ts';

export interface Shadow {
  /** Darkness under the middle of the thing, 0 to 1. */
  readonly strength: number;
  /** How far it reaches beyond the thing, and how soft it is, in pixels. */
  readonly reach: number;
  /** How much of it falls on what is seen at a point, 0 to 1; left out: all. */
  readonly falls?: Field;
}

/** Darkens what lies around the shape, not what it hides, more on the side away from the light. Draw it before the thing. */
export function castShadow(
  canvas: Canvas,
  shape: Coverage,
  light: Light,
  { strength, reach, falls = () => 1 }: Shadow,
): void {
  const { width, height } = canvas.clean;
  const [dx, dy] = [-light.from[0] * 2 * reach, Math.max(0.4, -light.from[1] * 2) * reach];
  const soft = softened(shape, Math.max(1, Math.round(reach)), dx, dy, width, height);
  canvas.fill(soft, (x, y, out) => {
    if (shape.at(x, y) === 1) return 0;
    out[0] = 0;
    out[1] = 0;
    out[2] = 0;
    return strength * falls(x, y);
  });
}

/** The coverage moved by (dx, dy), which are rounded, and averaged over a square of 2 `radius` + 1 pixels twice. */
export function softened(
  shape: Coverage,
  radius: number,
  dx: number,
  dy: number,
  width: number,
  height: number,
): Coverage {
  const [mx, my] = [Math.round(dx), Math.round(dy)];
  const grow = 2 * radius;
  const out = new Coverage(
    Math.max(0, shape.left + mx - grow),
    Math.max(0, shape.top + my - grow),
    Math.min(width, shape.right + mx + grow),
    Math.min(height, shape.bottom + my + grow),
  );
  const [wide, high] = [out.stride, out.bottom - out.top];
  if (wide <= 0 || high <= 0) return out;
  const [from, to] = [Math.max(out.left, shape.left + mx), Math.min(out.right, shape.right + mx)];
  for (let y = Math.max(out.top, shape.top + my); y < Math.min(out.bottom, shape.bottom + my); y++) {
    const row = (y - my - shape.top) * shape.stride - shape.left - mx;
    if (from < to)
      out.values.set(shape.values.subarray(row + from, row + to), (y - out.top) * wide + from - out.left);
  }
  for (let round = 0; round < 2; round++) {
    for (let y = 0; y < high; y++) averageLine(out.values, y * wide, 1, wide, radius);
    for (let x = 0; x < wide; x++) averageLine(out.values, x, wide, high, radius);
  }
  return out;
}

const line = new Float64Array(4096);

function averageLine(
  values: Float32Array,
  start: number,
  step: number,
  length: number,
  radius: number,
): void {
  for (let i = 0; i < length; i++) line[i] = values[start + i * step]!;
  const size = 2 * radius + 1;
  let sum = 0;
  for (let i = 0; i < Math.min(radius, length); i++) sum += line[i]!;
  for (let i = 0; i < length; i++) {
    if (i + radius < length) sum += line[i + radius]!;
    if (i - radius - 1 >= 0) sum -= line[i - radius - 1]!;
    values[start + i * step] = sum / size;
  }
}
