import type { Coverage } from '../draw/polygon.ts';

/** Softens the outline of a shape inwards, as a lens would: no pixel keeps more than the mean of the nine around it. */
export function softenEdge({ values, stride }: Coverage): void {
  const before = values.slice();
  const rows = before.length / stride;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < stride; i++) {
      const at = j * stride + i;
      if (before[at] === 0) continue;
      // Beyond the box, which may be the picture's border, the shape goes on as it is.
      const [left, right] = [i > 0 ? -1 : 0, i + 1 < stride ? 1 : 0];
      const [above, below] = [j > 0 ? -stride : 0, j + 1 < rows ? stride : 0];
      let sum = 0;
      for (const row of [at + above, at, at + below])
        sum += before[row + left]! + before[row]! + before[row + right]!;
      values[at] = Math.min(before[at]!, sum / 9);
    }
  }
}
