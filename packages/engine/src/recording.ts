/**
 * Records what a function asks of TensorFlow. Every kernel of tfjs-node ends in two calls of its binding, `executeOp` and
 * `createTensor`; while a recording runs they are carried out as ever and written down.
 */
import type { Tensor, TypedArray } from '@tensorflow/tfjs';
import type { CaptureAddon } from './native.ts';
import {
  type Binding,
  type NodeBackend,
  nodeBackend,
  type OpAttribute,
  type TensorMetadata,
} from './node-backend.ts';
import { groupInputs, type OpDefinition, readOpDefinition } from './op-definition.ts';

/** A value is a slot: the function's inputs first, then the outputs of each node in turn. */
export type RecordedNode =
  | { readonly values: Uint8Array; readonly dtype: number; readonly shape: readonly number[] }
  | {
      readonly op: string;
      readonly attributes: readonly OpAttribute[];
      readonly inputs: readonly (number | number[])[];
      readonly outputs: number;
    };

export interface FunctionSpec {
  readonly name: string;
  readonly inputs: readonly { readonly dtype: number; readonly shape: readonly number[] }[];
  readonly nodes: readonly RecordedNode[];
  readonly outputs: readonly number[];
}

/** Operations whose state is harmless here: they depend on the other workers, and that is their purpose. */
const ALLOWED_STATEFUL = /^Collective/;

const definitions = new Map<string, OpDefinition>();

function definitionOf(addon: CaptureAddon, op: string): OpDefinition {
  let definition = definitions.get(op);
  if (!definition) {
    definition = readOpDefinition(addon.opDefinition(op));
    definitions.set(op, definition);
  }
  return definition;
}

/** One run of a function, written down. */
export class Recording {
  readonly nodes: RecordedNode[] = [];
  readonly inputs: { readonly dtype: number; readonly shape: readonly number[] }[] = [];
  readonly #addon: CaptureAddon;
  readonly #slots = new Map<number, number>();
  readonly #constants = new Set<number>();
  readonly #results: number[] = [];
  readonly #madeHere = new WeakSet<object>();
  #next = 0;

  /** `inputs`: every tensor from outside that the function may use. */
  constructor(addon: CaptureAddon, inputs: readonly Tensor[]) {
    this.#addon = addon;
    const backend = nodeBackend();
    backend.getInputTensorIds([...inputs]).forEach((id, i) => {
      this.#slots.set(id, this.#next++);
      const { dtype, shape } = backend.tensorMap.get((inputs[i] as Tensor).dataId);
      this.inputs.push({ dtype, shape });
    });
  }

  /** Runs `compute` while writing down. */
  run<T>(compute: () => T): T {
    const backend = nodeBackend();
    const { binding } = backend;
    const { getInputTensorIds, move } = backend;
    backend.binding = {
      ...copyOf(binding),
      executeOp: (...call) => this.#execute(binding, ...call),
      createTensor: (...call) => this.#create(binding, ...call),
      tensorDataSync: (id) => this.#read(binding, id),
    };
    backend.move = (dataId, ...rest) => {
      this.#madeHere.add(dataId);
      move.call(backend, dataId, ...rest);
    };
    backend.getInputTensorIds = (tensors) => {
      for (const tensor of tensors) this.#refuseOutside(backend, tensor);
      return getInputTensorIds.call(backend, tensors);
    };
    try {
      return compute();
    } finally {
      Object.assign(backend, { binding, getInputTensorIds, move });
    }
  }

  /** The slot of a tensor that the function gives back. */
  slotOf(tensor: Tensor): number {
    const backend = nodeBackend();
    const [id] = this.run(() => backend.getInputTensorIds([tensor]));
    const slot = this.#slots.get(id as number);
    if (slot === undefined) throw outside(tensor.shape, 'is given back');
    this.#results.push(slot);
    return slot;
  }

  /** Says where the other recording differs from this one; null where the two are the same computation. */
  difference(other: Recording): string | null {
    const length = Math.max(this.nodes.length, other.nodes.length);
    for (let i = 0; i < length; i++) {
      const [a, b] = [this.nodes[i], other.nodes[i]];
      if (isSame(a, b)) continue;
      if (a && b && 'values' in a && 'values' in b) return this.#changedConstant(i);
      const name = (node?: RecordedNode): string =>
        node ? ('op' in node ? node.op : 'a constant') : 'nothing';
      return `operation ${i} was ${name(a)} with other attributes or inputs at the second call (${name(b)}): its course must depend on shapes alone`;
    }
    return `${this.#results}` === `${other.#results}` ? null : 'its result was made of other values';
  }

  #changedConstant(index: number): string {
    const { shape } = this.nodes[index] as { shape: readonly number[] };
    const user = this.nodes.slice(index).find((node) => 'op' in node);
    const by = user && 'op' in user ? ` (made before ${user.op})` : '';
    return `a value of shape [${shape}]${by} differed between two calls, but was not an input: pass it as a tensor`;
  }

  #execute(binding: Binding, ...call: Parameters<Binding['executeOp']>): TensorMetadata[] {
    const [op, attributes, ids] = call;
    const definition = definitionOf(this.#addon, op);
    if (definition.stateful && !ALLOWED_STATEFUL.test(op)) {
      throw new Error(
        `${op} keeps state of its own and cannot be captured: make its result outside and pass it in`,
      );
    }
    const slots = ids.map((id) => {
      const slot = this.#slots.get(id);
      if (slot === undefined) throw outside([], `reaches ${op}`);
      return slot;
    });
    const made = binding.executeOp(...call);
    const attribute = (wanted: string): unknown => attributes.find(({ name }) => name === wanted)?.value;
    const inputs = groupInputs(definition, slots, attribute);
    this.nodes.push({ op, attributes, inputs, outputs: made.length });
    for (const { id } of made) this.#slots.set(id, this.#next++);
    return made;
  }

  #create(binding: Binding, ...call: Parameters<Binding['createTensor']>): number {
    const [shape, dtype, values] = call;
    if (Array.isArray(values)) throw new Error('a tensor of strings cannot be captured: make it outside');
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    const id = binding.createTensor(...call);
    this.nodes.push({ values: bytes, dtype, shape: [...shape] });
    this.#slots.set(id, this.#next++);
    this.#constants.add(id);
    return id;
  }

  #read(binding: Binding, id: number): TypedArray {
    if (this.#constants.has(id)) return binding.tensorDataSync(id);
    throw new Error(
      'a tensor was read (dataSync, data, array) inside a captured function, where values are not known: give it back and read it outside',
    );
  }

  #refuseOutside(backend: NodeBackend, tensor: Tensor): void {
    // Int64 scalars are no tensors of the map and are always constants.
    if (!tensor.dataId) return;
    const { id, values } = backend.tensorMap.get(tensor.dataId);
    const known = values != null ? this.#madeHere.has(tensor.dataId) : this.#slots.has(id);
    if (!known) throw outside(tensor.shape, 'is used');
  }
}

/** The binding's properties are read-only and not enumerable, so that neither a prototype nor a spread would do. */
const copyOf = (binding: Binding): Binding => {
  const names = Object.getOwnPropertyNames(binding) as (keyof Binding)[];
  return Object.fromEntries(names.map((name) => [name, binding[name]])) as unknown as Binding;
};

const outside = (shape: readonly number[], how: string): Error =>
  new Error(
    `a tensor of shape [${shape}] ${how} in a captured function, but is neither an input nor made there: pass it as an input, or name it in \`frozen\` if it never changes`,
  );

function isSame(a?: RecordedNode, b?: RecordedNode): boolean {
  if (!a || !b) return false;
  if ('values' in a && 'values' in b) {
    return (
      a.dtype === b.dtype &&
      `${a.shape}` === `${b.shape}` &&
      a.values.every((byte, k) => byte === b.values[k])
    );
  }
  return JSON.stringify(a) === JSON.stringify(b);
}
