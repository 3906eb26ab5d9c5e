import { random } from '../random.ts';
import type { Colour } from './colour.ts';
import type { ImageParams } from './image.ts';
import { clamp, mix, smoothstep } from './math.ts';
import { noiseIndex, noiseTiles } from './noise.ts';

/** A blurred background: linear RGB, `size * size * 3`; drawn at half of that and enlarged. */
export function background(params: ImageParams['background'], size: number): Float32Array {
  const small = Math.ceil(size / 2);
  return enlarged(drawn(params, small, small), small, size);
}

/** Bilinear, from `small` to `size` pixels a side. */
function enlarged(from: Float32Array, small: number, size: number): Float32Array {
  const out = new Float32Array(size * size * 3);
  const step = small / size;
  for (let y = 0, i = 0; y < size; y++) {
    const fy = clamp((y + 0.5) * step - 0.5, 0, small - 1);
    const y0 = Math.min(fy | 0, small - 2);
    for (let x = 0; x < size; x++, i += 3) {
      const fx = clamp((x + 0.5) * step - 0.5, 0, small - 1);
      const x0 = Math.min(fx | 0, small - 2);
      const at = (y0 * small + x0) * 3;
      for (let k = 0; k < 3; k++) {
        const top = mix(from[at + k]!, from[at + 3 + k]!, fx - x0);
        const bottom = mix(from[at + 3 * small + k]!, from[at + 3 * small + 3 + k]!, fx - x0);
        out[i + k] = mix(top, bottom, fy - y0);
      }
    }
  }
  return out;
}

function drawn(params: ImageParams['background'], width: number, height: number): Float32Array {
  const r = random('synthetic background', params.seed);
  const tint = (level: number, vivid: number): Colour => {
    const l = level * r.uniform(0.6, 1.3);
    const warm = vivid * r.uniform(-0.7, 1);
    return [l * (1 + warm), l * (1 + 0.3 * vivid * r.uniform(-1, 1)), l * (1 - 0.9 * warm)];
  };
  const outdoor = params.kind === 'outdoor';
  const level = r.next() * r.next() * 0.75 + 0.03;
  const top = outdoor ? tint(0.5, 0.3) : tint(level, 0.28);
  const bottom = outdoor
    ? ([0.1 * r.uniform(0.5, 1.5), 0.14 * r.uniform(0.5, 1.5), 0.06] as const)
    : tint(level * r.uniform(0.4, 1.1), 0.3);
  const horizon = r.uniform(0.25, 0.85);
  const softness = outdoor ? r.uniform(0.08, 0.35) : 0.8;
  const out = new Float32Array(width * height * 3);
  const { mist } = noiseTiles();
  const shift = r.next();
  const scale = r.uniform(0.15, 0.6);
  const strength = params.kind === 'studio' ? 0.05 : params.kind === 'wall' ? 0.14 : 0.26;
  const glow = params.kind === 'studio' ? 0.7 : 0.15;
  for (let y = 0, i = 0; y < height; y++) {
    const t = smoothstep(horizon - softness, horizon + softness, y / height);
    for (let x = 0; x < width; x++, i += 3) {
      const n =
        1 +
        strength * mist[noiseIndex((x / width) * scale + shift, (y / height) * scale + 0.7 * shift)]! * 1.4;
      const dx = x / width - 0.5;
      const dy = y / height - 0.45;
      const light = n * (1 + glow * (0.4 - 1.6 * (dx * dx + dy * dy)));
      for (let k = 0; k < 3; k++) out[i + k] = Math.max(0.002, mix(top[k]!, bottom[k]!, t) * light);
    }
  }
  if (params.kind === 'bokeh' || params.kind === 'wall')
    shapes(out, width, height, r, params.kind === 'bokeh' ? r.integer(5, 14) : r.integer(0, 4), tint);
  return out;
}

/** Soft discs and bars: lamps, windows, furniture out of focus. */
function shapes(
  out: Float32Array,
  width: number,
  height: number,
  r: ReturnType<typeof random>,
  count: number,
  tint: (level: number, vivid: number) => Colour,
): void {
  for (let s = 0; s < count; s++) {
    const disc = r.next() < 0.45;
    const cx = r.uniform(-0.1, 1.1) * width;
    const cy = r.uniform(-0.1, 1) * height;
    const rx = r.uniform(0.04, disc ? 0.16 : 0.3) * width;
    const ry = disc ? rx : r.uniform(0.05, 0.6) * height;
    const colour = tint(r.next() * r.next() * (disc ? 1.6 : 0.9), 0.45);
    const cover = r.uniform(0.25, 0.75);
    const soft = r.uniform(0.5, 1);
    for (let y = Math.max(0, Math.floor(cy - ry)); y < Math.min(height, cy + ry); y++) {
      for (let x = Math.max(0, Math.floor(cx - rx)); x < Math.min(width, cx + rx); x++) {
        const dx = Math.abs(x - cx) / rx;
        const dy = Math.abs(y - cy) / ry;
        const d = disc ? Math.sqrt(dx * dx + dy * dy) : Math.max(dx, dy);
        const w = cover * smoothstep(1, 1 - soft, d);
        const i = (y * width + x) * 3;
        for (let k = 0; k < 3; k++) out[i + k] = mix(out[i + k]!, colour[k]!, w);
      }
    }
  }
}
