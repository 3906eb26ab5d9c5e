/**
 * A closed subset of Python's pickle, protocols 2 to 5: containers, numbers, strings, and calls of functions that the
 * caller knows by name. Nothing is executed: any other function or class is refused by its name.
 * Source: CPython's Lib/pickletools.py.
 */
import { UserError } from '@fsg/engine/error';

/** A function or class, as `module.name`. */
export class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Lists and tuples are arrays, dicts and ordered dicts are maps. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Pickled[]
  | Map<Pickled, Pickled>
  | Global
  | object;

export interface PickleHost {
  /** The function or class of that name; throws a UserError that names it where it is not known. */
  global(name: string): Global;
  /** The result of calling it. */
  call(global: Global, args: readonly Pickled[]): Pickled;
  /** The object that a persistent id stands for. */
  persistent(id: Pickled): Pickled;
  /** Names the file in errors. */
  readonly where: string;
}

class Mark {}
const MARK = new Mark();

/** Reads one pickle that begins at `start`; `end` is the byte after it. */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  host: PickleHost,
): { value: Pickled; end: number } {
  return new Machine(bytes, start, host).run();
}

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #host: PickleHost;
  #at: number;
  readonly #stack: (Pickled | Mark)[] = [];
  readonly #memo = new Map<number, Pickled>();

  constructor(bytes: Uint8Array, start: number, host: PickleHost) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = start;
    this.#host = host;
  }

  run(): { value: Pickled; end: number } {
    for (;;) {
      const code = this.#byte();
      if (code === STOP) return { value: this.pop(), end: this.#at };
      const operation = OPERATIONS.get(code);
      if (!operation) this.#fail(`unknown or textual opcode ${code}`);
      else operation(this);
    }
  }

  #fail(what: string): never {
    throw new UserError(
      `${this.#host.where}: its pickle is damaged or of an unknown kind: ${what} at byte ${this.#at}`,
    );
  }

  #take(count: number): number {
    const at = this.#at;
    if (!(count >= 0 && at + count <= this.#bytes.length)) this.#fail('it ends too early');
    this.#at += count;
    return at;
  }

  #byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** A little-endian whole number of so many bytes, without sign. */
  unsigned(bytes: 1 | 2 | 4 | 8): number {
    const at = this.#take(bytes);
    if (bytes === 1) return this.#view.getUint8(at);
    if (bytes === 2) return this.#view.getUint16(at, true);
    if (bytes === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  signed32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A whole number in two's complement; beyond 2^53 it is rounded, which no weight file's sizes reach. */
  long(bytes: number): number {
    if (bytes > LONGEST_NUMBER) this.#fail(`a number of ${bytes} bytes`);
    const at = this.#take(bytes);
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[at + i] as number);
    return Number(BigInt.asIntN(8 * bytes, value));
  }

  blob(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  text(length: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.blob(length));
    } catch (error) {
      if (error instanceof UserError) throw error;
      return this.#fail('a text that is not UTF-8');
    }
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) this.#fail('a name without end');
    const text = this.text(end - this.#at);
    this.#at = end + 1;
    return text;
  }

  push(value: Pickled | Mark): void {
    this.#stack.push(value);
  }

  pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined || value instanceof Mark) return this.#fail('nothing on the stack');
    return value;
  }

  top(): Pickled {
    const value = this.#stack.at(-1);
    if (value === undefined || value instanceof Mark) return this.#fail('nothing on the stack');
    return value;
  }

  popMark(): Pickled[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) this.#fail('no mark on the stack');
    return this.#stack.splice(at).slice(1) as Pickled[];
  }

  remember(key: number): void {
    this.#memo.set(key, this.top());
  }

  memoize(): void {
    this.remember(this.#memo.size);
  }

  recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) this.#fail(`nothing remembered as ${key}`);
    else this.push(value);
  }

  tuple(length: number): void {
    const items = Array.from({ length }, () => this.pop());
    this.push(items.reverse());
  }

  /** The two topmost values, in the order in which they came. */
  pair(): [Pickled, Pickled] {
    const second = this.pop();
    return [this.pop(), second];
  }

  append(items: readonly Pickled[]): void {
    const list = this.top();
    if (!Array.isArray(list)) this.#fail('items for what is not a list');
    else for (const item of items) list.push(item);
  }

  setItems(items: readonly Pickled[]): void {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2 === 1) this.#fail('items for what is not a dict');
    else for (let i = 0; i < items.length; i += 2) map.set(items[i] as Pickled, items[i + 1] as Pickled);
  }

  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(callee instanceof Global) || !Array.isArray(args)) this.#fail('a call of what is not a function');
    else this.push(this.#host.call(callee, args));
  }

  /** Attributes of an ordered dict, as PyTorch's `_metadata`, carry no weights and are left out. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map)) this.#fail('attributes for what is not a dict');
  }

  persistent(): void {
    this.push(this.#host.persistent(this.pop()));
  }

  stackGlobal(): void {
    const name = this.pop();
    const module = this.pop();
    if (typeof name !== 'string' || typeof module !== 'string') this.#fail('a global without a name');
    this.global(`${module}.${name}`);
  }

  global(name: string): void {
    this.push(this.#host.global(name));
  }
}

const LONGEST_NUMBER = 16;
const STOP = '.'.charCodeAt(0);

type Operation = (machine: Machine) => void;

/** By opcode; the names beside them are CPython's. */
const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, (m) => void m.unsigned(1)], // PROTO
  [0x95, (m) => void m.unsigned(8)], // FRAME
  [0x28, (m) => m.push(MARK)], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m) => m.push(m.unsigned(1))], // BININT1
  [0x4d, (m) => m.push(m.unsigned(2))], // BININT2
  [0x4a, (m) => m.push(m.signed32())], // BININT
  [0x8a, (m) => m.push(m.long(m.unsigned(1)))], // LONG1
  [0x47, (m) => m.push(m.float64())], // BINFLOAT
  [0x8c, (m) => m.push(m.text(m.unsigned(1)))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.text(m.unsigned(4)))], // BINUNICODE
  [0x55, (m) => m.push(m.text(m.unsigned(1)))], // SHORT_BINSTRING, of Python 2
  [0x54, (m) => m.push(m.text(m.unsigned(4)))], // BINSTRING
  [0x43, (m) => m.push(m.blob(m.unsigned(1)))], // SHORT_BINBYTES
  [0x42, (m) => m.push(m.blob(m.unsigned(4)))], // BINBYTES
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x85, (m) => m.tuple(1)], // TUPLE1
  [0x86, (m) => m.tuple(2)], // TUPLE2
  [0x87, (m) => m.tuple(3)], // TUPLE3
  [0x74, (m) => m.push(m.popMark())], // TUPLE
  [0x61, (m) => m.append([m.pop()])], // APPEND
  [0x65, (m) => m.append(m.popMark())], // APPENDS
  [0x73, (m) => m.setItems(m.pair())], // SETITEM
  [0x75, (m) => m.setItems(m.popMark())], // SETITEMS
  [0x71, (m) => m.remember(m.unsigned(1))], // BINPUT
  [0x72, (m) => m.remember(m.unsigned(4))], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x68, (m) => m.recall(m.unsigned(1))], // BINGET
  [0x6a, (m) => m.recall(m.unsigned(4))], // LONG_BINGET
  [0x63, (m) => m.global(`${m.line()}.${m.line()}`)], // GLOBAL
  [0x93, (m) => m.stackGlobal()], // STACK_GLOBAL
  [0x52, (m) => m.reduce()], // REDUCE
  [0x81, (m) => m.reduce()], // NEWOBJ
  [0x62, (m) => m.build()], // BUILD
  [0x51, (m) => m.persistent()], // BINPERSID
]);
