/**
 * Gaussian blur of a plane of `width * height` numbers; edges repeat. The kernel reaches 3 sigma.
 */
export function gaussianBlur(
  plane: Float32Array,
  width: number,
  height: number,
  sigma: number,
): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const weights = Array.from({ length: radius + 1 }, (_, i) => Math.exp((-0.5 * i * i) / (sigma * sigma)));
  const total = weights.reduce((sum, w, i) => sum + (i === 0 ? w : 2 * w), 0);
  const kernel = weights.map((w) => w / total);
  const rows = blurLines(plane, width, height, 1, width, kernel);
  return blurLines(rows, height, width, width, 1, kernel);
}

/** Blurs `lines` lines of `length` values that stand `step` apart; lines begin `between` apart. */
function blurLines(
  plane: Float32Array,
  length: number,
  lines: number,
  step: number,
  between: number,
  kernel: readonly number[],
): Float32Array {
  const out = new Float32Array(plane.length);
  for (let line = 0; line < lines; line++) {
    const start = line * between;
    for (let i = 0; i < length; i++) {
      let sum = (kernel[0] as number) * (plane[start + i * step] as number);
      for (let k = 1; k < kernel.length; k++) {
        const before = plane[start + Math.max(i - k, 0) * step] as number;
        const after = plane[start + Math.min(i + k, length - 1) * step] as number;
        sum += (kernel[k] as number) * (before + after);
      }
      out[start + i * step] = sum;
    }
  }
  return out;
}
