/** Tensors in nested objects and arrays: a training state, a batch, metrics. */
import { Tensor } from '@tensorflow/tfjs';

/** A tensor with the path that leads to it, as in `networks.vae.adam.first`. */
export interface Leaf {
  readonly path: string;
  readonly tensor: Tensor;
}

/** All tensors in the order of the keys. Throws where anything else is found, since only tensors may pass; undefined is skipped. */
export function leavesOf(tree: unknown, what: string): Leaf[] {
  const leaves: Leaf[] = [];
  mapTree(tree, what, (tensor, path) => {
    leaves.push({ path, tensor });
    return tensor;
  });
  return leaves;
}

/** The same tree with each tensor replaced, visited in the order of `leavesOf`. */
export function mapTree<T>(tree: T, what: string, change: (tensor: Tensor, path: string) => unknown): T {
  const visit = (node: unknown, path: string): unknown => {
    if (node instanceof Tensor) return change(node, path);
    if (node === undefined) return undefined;
    const inside = (key: string | number): string => (path ? `${path}.${key}` : `${key}`);
    if (Array.isArray(node)) return node.map((item, i) => visit(item, inside(i)));
    if (isPlain(node)) {
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item, inside(key))]));
    }
    const found =
      typeof node === 'object' ? `a ${node?.constructor.name ?? 'null'}` : `the ${typeof node} ${node}`;
    throw new Error(
      `${what} may hold tensors alone, but ${path || 'it'} is ${found}: pass it as a tensor, or keep it outside`,
    );
  };
  return visit(tree, '') as T;
}

const isPlain = (node: unknown): node is object =>
  typeof node === 'object' && node !== null && [Object.prototype, null].includes(Object.getPrototypeOf(node));
