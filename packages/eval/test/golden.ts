import golden from './golden/metrics.json' with { type: 'json' };

export { golden };

/** The generator of make_golden.py. */
export function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

/** The picture that make_golden.py makes from the same arguments. */
export function picture(kind: string, width: number, height: number, seed: number): Uint8Array {
  const byte = lcg(seed);
  const out = new Uint8Array(width * height * 3);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const noise = byte();
        out[i++] = value(kind, x, y, c, noise, width);
      }
    }
  }
  return out;
}

function value(kind: string, x: number, y: number, c: number, noise: number, width: number): number {
  if (kind === 'noise') return noise;
  if (kind === 'smooth') return Math.min(255, 40 + x + Math.floor(y / 2) + 20 * c + Math.floor(noise / 16));
  if (kind === 'step') return (x > Math.floor(width / 2) ? 230 : 20) - (y % 7 === 0 ? 10 : 0);
  return Number(kind);
}

/** 1 inside the half-open box, else 0. */
export function boxMask(width: number, height: number, box: readonly number[]): Uint8Array {
  const [left, top, right, bottom] = box as [number, number, number, number];
  const mask = new Uint8Array(width * height);
  for (let y = top; y < bottom; y++) mask.fill(1, y * width + left, y * width + right);
  return mask;
}
