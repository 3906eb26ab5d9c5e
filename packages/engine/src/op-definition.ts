/** What TensorFlow says of an operation: the few fields of its OpDef (tensorflow/core/framework/op_def.proto) that capturing needs. */

export interface OpDefinition {
  /** True where a run depends on more than its inputs: random state, variables, queues. */
  readonly stateful: boolean;
  readonly inputs: readonly OpInput[];
}

export interface OpInput {
  /** A list of tensors in place of one; `length` names the attribute that counts it, where there is one. */
  readonly list: boolean;
  readonly length?: string;
}

const OP = { inputArg: 2, isStateful: 17 } as const;
const ARG = { numberAttr: 5, typeListAttr: 6 } as const;

/** Reads a serialised OpDef. */
export function readOpDefinition(bytes: Uint8Array): OpDefinition {
  let stateful = false;
  const inputs: OpInput[] = [];
  for (const { field, value } of readFields(bytes)) {
    if (field === OP.isStateful) stateful = value === 1;
    if (field === OP.inputArg && value instanceof Uint8Array) inputs.push(readInput(value));
  }
  return { stateful, inputs };
}

function readInput(bytes: Uint8Array): OpInput {
  for (const { field, value } of readFields(bytes)) {
    if (field === ARG.numberAttr)
      return { list: true, length: new TextDecoder().decode(value as Uint8Array) };
    if (field === ARG.typeListAttr) return { list: true };
  }
  return { list: false };
}

/** The fields of one protocol-buffer message: numbers for varints, bytes for what has a length. */
function* readFields(bytes: Uint8Array): Generator<{ field: number; value: number | Uint8Array }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) yield { field, value: varint() };
    else if (wire === 2) {
      const length = varint();
      at += length;
      yield { field, value: bytes.subarray(at - length, at) };
    } else at += wire === 1 ? 8 : 4;
  }
}

/** The recorded inputs as the operation takes them: numbers, and arrays where it takes a list. */
export function groupInputs<T>(
  { inputs }: OpDefinition,
  values: readonly T[],
  attribute: (name: string) => unknown,
): (T | T[])[] {
  const lists = inputs.filter((input) => input.list).length;
  let at = 0;
  return inputs.map(({ list, length }) => {
    if (!list) return values[at++] as T;
    const counted = length && attribute(length);
    // Where no attribute counts it, a single list takes what the other inputs leave.
    const size = typeof counted === 'number' ? counted : values.length - (inputs.length - lists);
    at += size;
    return values.slice(at - size, at);
  });
}
