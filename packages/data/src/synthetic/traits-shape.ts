/** The shape of a person, drawn from a random stream. */

import type { Random } from '../random.ts';
import { clamp } from './math.ts';
import { SHAPE_AXES, type Shape } from './shape.ts';

/** Mean of the axes for men; women have the negative. */
const SEX: Shape = {
  jawWidth: 0.55,
  jawAngle: 0.35,
  browRidge: 0.75,
  browHeight: -0.4,
  noseWidth: 0.35,
  noseProjection: 0.3,
  chinLength: 0.35,
  chinWidth: 0.55,
  lowerFace: 0.3,
  upperLip: -0.35,
  lowerLip: -0.25,
  eyeHeight: -0.3,
  bridgeHeight: 0.3,
  noseTip: -0.25,
  cheekbones: -0.1,
  foreheadSlope: 0.3,
  mouthWidth: 0.2,
};

/** What the template, measured on faces that squint and smile, lacks. */
const MEAN: Shape = {
  eyeHeight: 0.45,
  eyeWidth: 0.5,
  jawWidth: -0.55,
  cheekFullness: -0.25,
  chinWidth: -0.25,
  mouthCorners: 0.5,
};

export function shapeOf(r: Random, male: boolean): Shape {
  const shape: Shape = {};
  for (const axis of SHAPE_AXES) {
    const gain = axis.startsWith('mode') ? 1.1 : 0.57;
    shape[axis] = clamp(
      gain * r.normal() + (male ? 1 : -1) * (SEX[axis] ?? 0) + (MEAN[axis] ?? 0),
      -2.6,
      2.6,
    );
  }
  return shape;
}
