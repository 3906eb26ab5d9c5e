/** Hair that hangs: a curtain around the neck, a fringe over the forehead. */

import { neutral } from '../mesh/template.ts';
import type { HairPart } from './hair.ts';
import { unit } from './hair-comb.ts';
import type { Hair } from './identity.ts';
import { clamp, cosine, curve, mix, sine, smoothstep } from './math.ts';
import { computeNormals, gridTriangles, STRIDE } from './mesh.ts';
import { noiseIndex, noiseTiles } from './noise.ts';

const COLUMNS = 43;

const ROWS = 15;

const CURTAIN = gridTriangles(ROWS, COLUMNS);

/** Hair that falls around the neck, from one temple over the back to the other. */
export function curtain(hair: Hair, layer: number): HairPart {
  const vertices = new Float32Array(ROWS * COLUMNS * STRIDE);
  const cloud = noiseTiles().cloud;
  const bob = hair.style === 'bob';
  for (let i = 0; i < ROWS; i++) {
    const t = i / (ROWS - 1);
    const y = mix(6.4, -hair.length, t);
    for (let j = 0; j < COLUMNS; j++) {
      const s = j / (COLUMNS - 1);
      // The front edge swings back to the temples at the top.
      const edge =
        hair.edge - 14 * smoothstep(4, 0, y) * (1 - hair.wave * 0.4) + 26 * smoothstep(2.5, 6.4, y);
      const azimuth = edge + s * (360 - 2 * edge);
      const waveAt = cloud[noiseIndex(s * 1.7 + hair.line, y / 26 + hair.edge)]!;
      const ripple = hair.wave * (0.5 * sine(y * 62 + 700 * s * (1 - s) + 40 * hair.line) + 0.9 * waveAt);
      const drop = clamp((y - 1) / 10.3, 0, 0.8);
      const skull = 7.75 * Math.sqrt(1 - drop * drop);
      const narrow = bob
        ? 1.1 * smoothstep(-hair.length + 3.2, -hair.length, y)
        : 1.3 * smoothstep(-4, -12, y) - 2.6 * smoothstep(-12, -20, y);
      const depth = mix(-0.3, 0.1, smoothstep(6, 2, y)) + hair.sides * 0.9 * layer;
      const radius = skull + depth - narrow + ripple * smoothstep(5, 0, y);
      const at = (i * COLUMNS + j) * STRIDE;
      vertices[at] = radius * sine(azimuth);
      vertices[at + 1] = y + 0.25 * waveAt;
      vertices[at + 2] = -7 + radius * cosine(azimuth) * (cosine(azimuth) > 0 ? 1 : 1.22);
      const fromEdge = Math.min(s, 1 - s) * (360 - 2 * edge);
      vertices[at + 6] = s * 2.3 + 0.05 * hair.wave * sine(y * 60);
      vertices[at + 7] = y / 34 + layer * 0.41;
      vertices[at + 8] = (layer < 0.9 ? 0.62 : 1) * mix(0.72, 1, smoothstep(0, 14, fromEdge));
      vertices[at + 9] = 0.55 + 0.45 * smoothstep(-10, 4, y);
      const ragged = Math.max(
        smoothstep(7, 0, fromEdge) * 0.8,
        smoothstep(-hair.length + (bob ? 1 : 3), -hair.length, y) * (bob ? 0.8 : 0.95),
      );
      vertices[at + 11] = ragged + (layer > 0.9 ? 0.3 : -0.15);
    }
  }
  computeNormals(vertices, CURTAIN);
  return {
    material: 'hair',
    vertices,
    triangles: CURTAIN,
    cutout: noiseTiles().strand,
    twoSided: true,
    comb: [0, 1, 0],
  };
}

const FRINGE_COLUMNS = 25;

const FRINGE_ROWS = 8;

const FRINGE = gridTriangles(FRINGE_ROWS, FRINGE_COLUMNS);

/** Hair over the forehead. */
export function fringe(hair: Hair, face: Float32Array, layer: number): HairPart {
  // Heights and depths of the forehead's middle line: between the brows, halfway, its top; then the skull.
  const profile = [9, 151, 10].flatMap((i) => [face[3 * i + 1]!, face[3 * i + 2]! + 6]);
  const depth = [...profile, 10, 4.6];
  const wide = face[3 * 284]! / neutral[3 * 284]!;
  const vertices = new Float32Array(FRINGE_ROWS * FRINGE_COLUMNS * STRIDE);
  for (let j = 0; j < FRINGE_COLUMNS; j++) {
    const s = (2 * j) / (FRINGE_COLUMNS - 1) - 1;
    const azimuth = s * 58;
    const sweep = 0.8 * sine(hair.parting) * s;
    const end = mix(hair.line, 2.2, hair.fringe) - 0.9 * s * s + sweep;
    for (let i = 0; i < FRINGE_ROWS; i++) {
      const t = i / (FRINGE_ROWS - 1);
      const y = mix(hair.line + 3.2, end, t);
      const bulge = smoothstep(9, 3, y);
      // It rises out of the hair on top.
      const out = mix(-0.5, (0.35 + 0.3 * hair.top * (1 - t)) * layer + 0.12, smoothstep(0, 0.3, t));
      const at = (i * FRINGE_COLUMNS + j) * STRIDE;
      vertices[at] = (mix(5.2, 7.1, bulge) * wide + out) * sine(azimuth);
      vertices[at + 1] = y;
      vertices[at + 2] = -6 + (curve(depth, y) + out) * cosine(azimuth);
      vertices[at + 6] = s * 0.62 + (hair.parting / 90) * t;
      vertices[at + 7] = t * 0.3 + layer * 0.23;
      vertices[at + 8] = (0.4 + 0.6 * layer) * mix(1, 0.85, t);
      vertices[at + 9] = 0.95;
      vertices[at + 11] = clamp(
        Math.max(smoothstep(0.68, 1, t) * 0.9, smoothstep(0.8, 1, Math.abs(s)) * 0.9) +
          (layer > 0.8 ? 0.3 : -0.1),
        -1,
        1.1,
      );
    }
  }
  computeNormals(vertices, FRINGE);
  return {
    material: 'hair',
    vertices,
    triangles: FRINGE,
    cutout: noiseTiles().strand,
    twoSided: true,
    comb: unit(sine(hair.parting), 1, 0.3),
  };
}
