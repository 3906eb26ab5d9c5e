/** Loop's subdivision of a triangle mesh with boundary, as a sparse matrix that is built once (C. Loop, 1987). */
export interface Subdivision {
  readonly vertices: number;
  readonly triangles: Uint16Array;
  /** New positions for `stride` numbers a vertex, `vertices * stride` long. */
  apply(coarse: Float32Array, stride: number): Float32Array;
}

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly opposite: number[];
  readonly index: number;
}

function edgesOf(count: number, triangles: readonly (readonly number[])[]): Map<number, Edge> {
  const edges = new Map<number, Edge>();
  for (const triangle of triangles) {
    for (let k = 0; k < 3; k++) {
      const p = triangle[k]!;
      const q = triangle[(k + 1) % 3]!;
      const key = Math.min(p, q) * count + Math.max(p, q);
      let edge = edges.get(key);
      if (!edge) {
        edge = { a: p, b: q, opposite: [], index: count + edges.size };
        edges.set(key, edge);
      }
      edge.opposite.push(triangle[(k + 2) % 3]!);
    }
  }
  return edges;
}

/** Weights of the old vertices in each vertex that stays. */
function stayingWeights(count: number, edges: Iterable<Edge>): Map<number, number>[] {
  const inner: number[][] = Array.from({ length: count }, () => []);
  const rim: number[][] = Array.from({ length: count }, () => []);
  for (const { a, b, opposite } of edges) {
    for (const [p, q] of [
      [a, b],
      [b, a],
    ] as const) {
      inner[p]!.push(q);
      if (opposite.length === 1) rim[p]!.push(q);
    }
  }
  return inner.map((neighbours, vertex) => {
    const onRim = rim[vertex]!;
    if (onRim.length > 0) return new Map([[vertex, 0.75], ...onRim.map((q) => [q, 0.125] as const)]);
    const n = neighbours.length;
    const weight = n === 3 ? 3 / 16 : 3 / (8 * n);
    return new Map([[vertex, 1 - n * weight], ...neighbours.map((q) => [q, weight] as const)]);
  });
}

export function subdivide(count: number, triangles: readonly (readonly number[])[]): Subdivision {
  const edges = edgesOf(count, triangles);
  const rows = stayingWeights(count, edges.values());
  for (const { a, b, opposite } of edges.values()) {
    const [c, d] = opposite;
    if (c !== undefined && d !== undefined)
      rows.push(
        new Map([
          [a, 0.375],
          [b, 0.375],
          [c, 0.125],
          [d, 0.125],
        ]),
      );
    else
      rows.push(
        new Map([
          [a, 0.5],
          [b, 0.5],
        ]),
      );
  }
  const fine: number[] = [];
  for (const [a = 0, b = 0, c = 0] of triangles) {
    const middle = (p: number, q: number) => edges.get(Math.min(p, q) * count + Math.max(p, q))!.index;
    const ab = middle(a, b);
    const bc = middle(b, c);
    const ca = middle(c, a);
    fine.push(a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca);
  }
  const start = new Uint32Array(rows.length + 1);
  const from: number[] = [];
  const weights: number[] = [];
  rows.forEach((row, i) => {
    for (const [vertex, weight] of row) {
      from.push(vertex);
      weights.push(weight);
    }
    start[i + 1] = from.length;
  });
  return {
    vertices: rows.length,
    triangles: Uint16Array.from(fine),
    apply: sparseProduct(start, Uint16Array.from(from), Float32Array.from(weights)),
  };
}

function sparseProduct(start: Uint32Array, from: Uint16Array, weights: Float32Array) {
  return (coarse: Float32Array, stride: number): Float32Array => {
    const rows = start.length - 1;
    const out = new Float32Array(rows * stride);
    for (let row = 0; row < rows; row++) {
      for (let j = start[row]!; j < start[row + 1]!; j++) {
        const weight = weights[j]!;
        const source = from[j]! * stride;
        for (let k = 0; k < stride; k++) out[row * stride + k]! += weight * coarse[source + k]!;
      }
    }
    return out;
  };
}
