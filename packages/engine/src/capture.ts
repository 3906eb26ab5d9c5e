/**
 * Captured functions: on TensorFlow a whole training step becomes one operation, planned and run by TensorFlow itself.
 * At the first two calls the function also runs as written, to be recorded; every result comes from the captured one, so
 * that a resumed training repeats an uninterrupted one to the bit. On other backends every call runs as written.
 */
import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type CaptureAddon, captureAddon } from './native.ts';
import { nodeBackend, type OpAttribute } from './node-backend.ts';
import { Recording } from './recording.ts';
import { type Leaf, leavesOf, mapTree } from './tensor-tree.ts';

export interface CaptureOptions {
  /** Shows in TensorFlow's messages. */
  readonly name: string;
  /** Tensors from outside that the function uses and that never change: weights of frozen networks. They must stay alive. */
  readonly frozen?: unknown;
}

export interface Captured<A, R> {
  /** Call it in a tidy or dispose what it gives. Throws inside gradients, which cannot look into it. */
  (inputs: A): R;
  /** Forgets what was recorded. */
  dispose(): void;
}

/** Where a tensor of the result comes from. `same`: the very object given, not another one with its values. */
interface Origin {
  readonly from: 'outside' | 'made';
  readonly index: number;
  readonly same: boolean;
}

/** A function that TensorFlow knows, for one set of input shapes. */
interface Built {
  readonly functionName: string;
  readonly outputs: number;
  /** A result, long disposed, for its nesting and names. */
  readonly pattern: object;
  readonly origins: readonly Origin[];
  /** Kept until a second recording has agreed with it. */
  recording: Recording | undefined;
}

let count = 0;

/**
 * `compute` maps nested objects and arrays of tensors to such. It must be pure, and what changes from call to call must
 * reach it as an input tensor: numbers among the inputs or results are refused, and a number from elsewhere (a learning
 * rate, random numbers) is noticed by its change between the first two calls. Each set of input shapes is recorded anew.
 * Errors: a tensor from outside that is not declared; a value read inside; a stateful operation; another course.
 */
export function capture<A extends object, R extends object>(
  compute: (inputs: A) => R,
  { name, frozen = [] }: CaptureOptions,
): Captured<A, R> {
  const known = new Map<string, Built>();
  const held = leavesOf(frozen, `frozen tensors of ${name}`).map((leaf) => leaf.tensor);

  const call = (inputs: A): R => {
    const leaves = leavesOf(inputs, `the inputs of ${name}`);
    if (tf.engine().state.gradientDepth > 0) throw new Error(`${name} is captured and has no gradient`);
    const addon = tf.getBackend() === 'tensorflow' ? captureAddon() : undefined;
    if (!addon) return runPlain(compute, inputs, name);

    const outside = [...leaves.map((leaf) => leaf.tensor), ...held];
    refuseDisposed(outside, name);
    const signature = signatureOf(leaves);
    let built = known.get(signature);
    if (built?.recording) {
      confirm(addon, built.recording, () => compute(inputs), outside, name);
      built.recording = undefined;
    }
    if (!built) {
      built = build(addon, () => compute(inputs), outside, name);
      known.set(signature, built);
    }
    return run(built, outside) as R;
  };
  const dispose = (): void => {
    for (const { functionName } of known.values()) captureAddon()?.removeFunction(functionName);
    known.clear();
  };
  return Object.assign(call, { dispose });
}

/** Tells apart what must be recorded apart: names, shapes, dtypes, and which inputs share their values. */
function signatureOf(leaves: readonly Leaf[]): string {
  const first = new Map<object, number>();
  return leaves
    .map(({ path, tensor: { dtype, shape, dataId } }, i) => {
      if (!first.has(dataId)) first.set(dataId, i);
      return `${path}:${dtype}[${shape}]@${first.get(dataId)}`;
    })
    .join(' ');
}

function refuseDisposed(outside: readonly Tensor[], name: string): void {
  const disposed = outside.find((tensor) => tensor.isDisposed);
  if (disposed)
    throw new Error(`an input or frozen tensor of ${name}, of shape [${disposed.shape}], is disposed`);
}

function runPlain<A, R extends object>(compute: (inputs: A) => R, inputs: A, name: string): R {
  return tf.tidy(() => {
    const result = compute(inputs);
    leavesOf(result, `the result of ${name}`);
    return result as tf.TensorContainerObject;
  }) as R;
}

function build(addon: CaptureAddon, compute: () => object, outside: readonly Tensor[], name: string): Built {
  return untracked(() => {
    const { recording, result, slots } = record(addon, compute, outside, name);
    const outputs: number[] = [];
    const made: Tensor[] = [];
    const origins = leavesOf(result, name).map(({ tensor }, i): Origin => {
      const slot = slots[i] as number;
      const given = outside.indexOf(tensor);
      if (given >= 0) return { from: 'outside', index: given, same: true };
      if (slot < outside.length) return { from: 'outside', index: slot, same: false };
      const known = outputs.indexOf(slot);
      const index = known >= 0 ? known : outputs.push(slot) - 1;
      made[index] ??= tensor;
      return { from: 'made', index, same: made[index] === tensor };
    });
    const functionName = `${name.replace(/\W/g, '_')}_${count++}`;
    addon.addFunction({ name: functionName, inputs: recording.inputs, nodes: recording.nodes, outputs });
    return { functionName, outputs: outputs.length, pattern: result, origins, recording };
  });
}

/** Records once more, with other values, to see that the two recordings agree. */
function confirm(
  addon: CaptureAddon,
  earlier: Recording,
  compute: () => object,
  outside: readonly Tensor[],
  name: string,
): void {
  const { recording } = untracked(() => record(addon, compute, outside, name));
  const difference = earlier.difference(recording);
  if (difference) throw new Error(`${name} cannot be captured: ${difference}`);
}

/** Runs as written, and finds the slot of each tensor of the result. */
function record(addon: CaptureAddon, compute: () => object, outside: readonly Tensor[], name: string) {
  const recording = new Recording(addon, outside);
  const result = recording.run(compute);
  const slots = leavesOf(result, `the result of ${name}`).map(({ tensor }) => recording.slotOf(tensor));
  return { recording, result, slots };
}

/** Runs `work` and frees every tensor that it made, whatever it gives. */
function untracked<T>(work: () => T): T {
  let value: T | undefined;
  tf.tidy(() => {
    value = work();
  });
  return value as T;
}

function run({ functionName, outputs, pattern, origins }: Built, outside: readonly Tensor[]): object {
  const backend = nodeBackend();
  return tf.tidy(() => {
    const made = backend.executeMultipleOutputs(functionName, planFor(backend), [...outside], outputs);
    let at = 0;
    return mapTree(pattern, functionName, () => {
      const { from, index, same } = origins[at++] as Origin;
      const tensor = (from === 'outside' ? outside : made)[index] as Tensor;
      return same ? tensor : tensor.clone();
    }) as tf.TensorContainerObject;
  });
}

/**
 * Fields of tensorflow.RewriterConfig that switch the graph optimiser's passes off (2) or, of memory and pruning, on to
 * "none" (1): layout, constant folding, memory, arithmetic, dependencies, loops, functions, shapes, remapping, pruning.
 */
const NO_REWRITING = [1, 2, 3, 2, 4, 1, 7, 2, 8, 2, 9, 2, 10, 2, 13, 2, 14, 2, 2, 1];

/**
 * On processors the graph optimiser brought no speed and its fusions differ from process to process, so a step would
 * not be repeatable. On GPUs it chooses the layout that their kernels want.
 */
function planFor({ isUsingGpuDevice: gpu, binding }: ReturnType<typeof nodeBackend>): OpAttribute[] {
  if (gpu) return [];
  const rewriter = NO_REWRITING.map((part, i) => (i % 2 === 0 ? part << 3 : part));
  // ConfigProto.graph_options (10) . rewrite_options (10)
  const config = String.fromCharCode(0x52, rewriter.length + 2, 0x52, rewriter.length, ...rewriter);
  return [{ name: 'config_proto', type: binding.TF_ATTR_STRING, value: config }];
}
