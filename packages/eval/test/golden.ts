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
        out[i++] = value(kind, x, y, c, noise, width, height);
      }
    }
  }
  return out;
}

function value(
  kind: string,
  x: number,
  y: number,
  c: number,
  noise: number,
  width: number,
  height: number,
): number {
  if (kind === 'noise') return noise;
  if (kind === 'smooth') return Math.min(255, 40 + x + Math.floor(y / 2) + 20 * c + Math.floor(noise / 16));
  if (kind === 'step') return (x > Math.floor(width / 2) ? 230 : 20) - (y % 7 === 0 ? 10 : 0);
  if (kind === 'hill' || kind === 'faded hill') {
    const away = (2 * x - width) ** 2 + (2 * y - height) ** 2;
    const fall = Math.floor((200 * away) / (width ** 2 + height ** 2));
    const hill = 220 - fall + 8 * c + Math.floor(noise / 16);
    return kind === 'hill' ? hill : 50 + Math.floor((hill * 6) / 10) + Math.floor(noise / 8);
  }
  return Number(kind);
}

/** The pair of a golden case: restored and clean. */
export function pairOfCase({ a, b, width, height }: (typeof golden.pictures)[number]) {
  const clean = picture(b, width, height, 2);
  if (a === 'same') return { restored: clean.slice(), clean };
  if (a === 'negative') return { restored: clean.map((level) => 255 - level), clean };
  return { restored: picture(a, width, height, 1), clean };
}

/** 1 inside a disc (x, y, radius) or a half-open box (left, top, right, bottom), else 0. */
export function areaMask(width: number, height: number, shape: readonly number[]): Uint8Array {
  if (shape.length === 4) return boxMask(width, height, shape);
  const [cx, cy, radius] = shape as [number, number, number];
  return new Uint8Array(width * height).map((_, p) =>
    ((p % width) - cx) ** 2 + (Math.floor(p / width) - cy) ** 2 <= radius ** 2 ? 1 : 0,
  );
}

/** 1 inside the half-open box, else 0. */
export function boxMask(width: number, height: number, box: readonly number[]): Uint8Array {
  const [left, top, right, bottom] = box as [number, number, number, number];
  const mask = new Uint8Array(width * height);
  for (let y = top; y < bottom; y++) mask.fill(1, y * width + left, y * width + right);
  return mask;
}
