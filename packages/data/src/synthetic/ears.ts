import { coversEars } from './hair.ts';
import type { Identity } from './identity.ts';
import { cosine, sine } from './math.ts';
import { computeNormals, gridTriangles, type Part, STRIDE } from './mesh.ts';

const AROUND = 17;
const RADII = [0, 0.3, 0.5, 0.68, 0.82, 0.93, 1.02] as const;
/** How far the surface stands out at each radius: hollow, inner fold, valley, rim. */
const RELIEF = [-0.35, -0.3, 0.05, 0.12, 0.05, 0.3, 0.1] as const;
const SKY = [0.35, 0.4, 0.75, 0.8, 0.6, 1, 0.8] as const;
const FRONT = gridTriangles(RADII.length, AROUND);
const BACK = gridTriangles(RADII.length, AROUND, true);

/** Both ears; attributes as the head's. `anchor`: half the head's width at the ears, cm. */
export function earParts(identity: Identity, anchor: number): Part[] {
  if (coversEars(identity.hair)) return [];
  const { size, flare, height } = identity.ears;
  return [-1, 1].map((side) => {
    const vertices = new Float32Array(RADII.length * AROUND * STRIDE);
    RADII.forEach((radius, i) => {
      for (let j = 0; j < AROUND; j++) {
        const turn = (360 * j) / (AROUND - 1);
        const c = cosine(turn);
        const s = sine(turn);
        const lobe = s < 0 ? 0.78 + 0.1 * c : 1;
        const back = radius * c * 1.55 * lobe * size + 0.9;
        const up = radius * s * (s > 0 ? 2.6 : 2.7) * size + 0.25 * c * radius;
        const out = RELIEF[i]! * (c > -0.5 ? 1 : 0.4) + 0.12;
        const f = sine(flare);
        const g = cosine(flare);
        const at = (i * AROUND + j) * STRIDE;
        vertices[at] = side * (anchor + back * f + out * g);
        vertices[at + 1] = up - 1.0 + height - 0.12 * back;
        vertices[at + 2] = -5.9 - back * g + out * f - 0.1 * up;
        vertices.set([0.5 + side * 0.45, 0.5 + 0.02 * s, -4, SKY[i]!, 9, 0], at + 6);
      }
    });
    const triangles = side < 0 ? FRONT : BACK;
    computeNormals(vertices, triangles);
    return { material: 'skin', vertices, triangles, twoSided: true } as const;
  });
}
