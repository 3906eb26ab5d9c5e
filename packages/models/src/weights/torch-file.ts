/**
 * What torch.save writes, in the zip format and in the one before PyTorch 1.6. Reads tensors in plain containers; nothing
 * of the file is executed. Source: PyTorch's torch/serialization.py and torch/_utils.py, as formats.
 */
import { crc32 } from 'node:zlib';
import { UserError } from '@fsg/engine/error';
import yauzl from 'yauzl';
import { Global, type Pickled, type PickleHost, readPickle } from './pickle.ts';
import {
  bytesOf,
  type Dtype,
  roomFor,
  type StoredTensor,
  type StoredTensors,
  valuesOf,
} from './stored-tensor.ts';

const STORAGES: Readonly<Record<string, Dtype>> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

/** A part of a stored vector, `offset` and `length` in its elements. Its bytes may stand after the pickle that names it. */
class Storage {
  readonly key: string;
  readonly dtype: Dtype;
  readonly offset: number;
  readonly length: number;

  constructor(key: string, dtype: Dtype, offset: number, length: number) {
    this.key = key;
    this.dtype = dtype;
    this.offset = offset;
    this.length = length;
  }
}

/** A tensor as the pickle describes it: a strided window on a storage. */
class View {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** Bytes of a storage by its key. */
type Storages = (key: string) => Uint8Array | undefined;

export const isTorchZip = (file: Uint8Array): boolean => startsWith(file, [0x50, 0x4b, 0x03, 0x04]);
/** The old format begins with a pickle of protocol 2 that holds a number of ten bytes, 0x1950a86a20f9469cfc6c. */
export const isTorchLegacy = (file: Uint8Array): boolean =>
  startsWith(file, [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);

const startsWith = (file: Uint8Array, bytes: readonly number[]): boolean =>
  bytes.every((byte, i) => file[i] === byte);

/** Reads the zip format, names nested by dots. `where` names the file in errors. */
export async function readTorchZip(file: Uint8Array, where: string): Promise<StoredTensors> {
  const members = await zipMembers(file, where);
  const pickles = [...members.keys()].filter((name) => /(^|\/)data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    throw new UserError(
      `${where}: a zip file with ${pickles.length} data.pkl in it; torch.save writes exactly one (TorchScript and plain archives are not read)`,
    );
  }
  const root = pickle.slice(0, -'data.pkl'.length);
  const order = new TextDecoder().decode(members.get(`${root}byteorder`) ?? new Uint8Array());
  if (order === 'big') throw bigEndian(where);
  const { value } = readPickle(members.get(pickle) as Uint8Array, 0, torchHost(where));
  return tensorsOf(value, (key) => members.get(`${root}data/${key}`), file.length, where);
}

/** Reads the format before PyTorch 1.6, names nested by dots. `where` names the file in errors. */
export function readTorchLegacy(file: Uint8Array, where: string): StoredTensors {
  const host = torchHost(where);
  let at = 0;
  const next = (): Pickled => {
    const { value, end } = readPickle(file, at, host);
    at = end;
    return value;
  };
  next(); // the magic number
  next(); // the version, 1001
  const system = next();
  if (system instanceof Map && system.get('little_endian') === false) throw bigEndian(where);
  const content = next();
  const keys = next();
  const dtypes = new Map(storagesOf(content, where).map(({ key, dtype }) => [key, dtype]));
  const storages = new Map<string, Uint8Array>();
  if (!Array.isArray(keys)) throw new UserError(`${where}: damaged: its list of storages is none`);
  for (const key of keys) {
    const dtype = dtypes.get(String(key));
    if (!dtype) throw new UserError(`${where}: damaged: storage ${String(key)} belongs to no tensor`);
    const count =
      at + 8 <= file.length ? new DataView(file.buffer, file.byteOffset + at, 8).getBigInt64(0, true) : -1n;
    const end = at + 8 + Number(count) * bytesOf(dtype);
    if (count < 0n || !(end <= file.length)) {
      throw new UserError(
        `${where}: storage ${String(key)} reaches past the end of the file; it is cut short or damaged`,
      );
    }
    storages.set(String(key), file.subarray(at + 8, end));
    at = end;
  }
  return tensorsOf(content, (key) => storages.get(key), file.length, where);
}

const bigEndian = (where: string): UserError =>
  new UserError(`${where}: written on a big-endian machine; save it again on a little-endian one`);

/** The stored (never compressed) members of a zip file, checksums compared. */
async function zipMembers(file: Uint8Array, where: string): Promise<Map<string, Uint8Array>> {
  const members = new Map<string, Uint8Array>();
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.length);
  try {
    const zip = await yauzl.fromBufferPromise(buffer, { lazyEntries: true, validateEntrySizes: true });
    for await (const entry of zip.eachEntry()) {
      if (entry.compressionMethod !== 0)
        throw new Error(`${entry.fileName} is compressed, which torch.save never does`);
      if (members.has(entry.fileName)) throw new Error(`${entry.fileName} stands twice in it`);
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      const end = fileDataStart + entry.uncompressedSize;
      if (end > file.length) throw new Error(`${entry.fileName} reaches past the end of the file`);
      const bytes = file.subarray(fileDataStart, end);
      if (crc32(bytes) !== entry.crc32)
        throw new Error(`the checksum of ${entry.fileName} does not fit its content`);
      members.set(entry.fileName, bytes);
    }
  } catch (error) {
    throw new UserError(
      `${where}: not a whole zip file as torch.save writes it: ${(error as Error).message}`,
    );
  }
  return members;
}

function torchHost(where: string): PickleHost {
  const damaged = (what: string): UserError => new UserError(`${where}: damaged: ${what}`);
  const storage = (id: Pickled): Storage => {
    if (!Array.isArray(id) || id[0] !== 'storage') throw damaged('a reference to what is no storage');
    const [, type, key, , count, window] = id;
    const dtype = type instanceof Global ? STORAGES[type.name] : undefined;
    if (!dtype) throw damaged('a storage without a type');
    if (!isWhole(count)) throw damaged('a storage without a size');
    if (!Array.isArray(window)) return new Storage(String(key), dtype, 0, count);
    const [, offset, length] = window;
    if (!isWhole(offset) || !isWhole(length) || offset + length > count)
      throw damaged('a storage outside its own');
    return new Storage(String(key), dtype, offset, length);
  };
  const tensor = (args: readonly Pickled[]): View => {
    const [from, offset, shape, strides] = args;
    const whole = isWholeList(shape) && isWholeList(strides) && shape.length === strides.length;
    if (!(from instanceof Storage) || !isWhole(offset) || !whole)
      throw damaged('a tensor without storage or shape');
    return new View(from, offset, shape, strides);
  };
  const calls: Readonly<Record<string, (args: readonly Pickled[]) => Pickled>> = {
    'collections.OrderedDict': (args) => orderedDict(args[0] ?? []),
    'torch._utils._rebuild_tensor': tensor,
    'torch._utils._rebuild_tensor_v2': tensor,
    'torch._utils._rebuild_parameter': ([data]) => data ?? null,
    'torch.Size': ([sizes]) => sizes ?? [],
  };
  return {
    where,
    persistent: storage,
    global: (name) => {
      if (Object.hasOwn(calls, name) || Object.hasOwn(STORAGES, name)) return new Global(name);
      throw new UserError(
        `${where}: holds ${name.replace(/[^\w.]/g, '?')}, which only Python could make; expected tensors in plain containers. In Python: torch.save(model.state_dict(), 'weights.pth')`,
      );
    },
    call: ({ name }, args) => {
      const known = calls[name];
      if (!known) throw damaged(`a call of ${name}`);
      return known(args);
    },
  };
}

function orderedDict(pairs: Pickled): Pickled {
  const entries = Array.isArray(pairs) ? pairs.filter((pair) => Array.isArray(pair)) : [];
  return new Map(entries.map(([key, value]) => [key as Pickled, value as Pickled]));
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isWholeList = (value: unknown): value is number[] => Array.isArray(value) && value.every(isWhole);

/** Containers nested deeper, or more objects reached on all ways to them, than any weight file has. */
const DEEPEST = 64;
const MOST_OBJECTS = 1_000_000;

/** Every tensor that the containers reach, under the keys and indices on the way, joined by dots. */
function viewsOf(root: Pickled, where: string): [string, View][] {
  const views: [string, View][] = [];
  let visited = 0;
  const visit = (value: Pickled, path: readonly string[]): void => {
    visited += 1;
    if (visited > MOST_OBJECTS || path.length > DEEPEST) {
      throw new UserError(`${where}: its containers hold each other; expected a table of tensors`);
    }
    if (value instanceof View) views.push([path.join('.'), value]);
    else if (value instanceof Map) for (const [key, item] of value) visit(item, [...path, String(key)]);
    else if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, [...path, `${i}`]);
  };
  visit(root, []);
  return views;
}

const storagesOf = (root: Pickled, where: string): Storage[] =>
  viewsOf(root, where).map(([, { storage }]) => storage);

/** Tensors may overlap in their storages, but together they are not let grow beyond so many times the file. */
const MOST_GROWTH = 8;

function tensorsOf(root: Pickled, storages: Storages, fileSize: number, where: string): StoredTensors {
  const views = viewsOf(root, where);
  let bytes = 0;
  for (const [name, { storage, shape }] of views) {
    bytes += shape.reduce((a, b) => a * b, 1) * bytesOf(storage.dtype);
    if (!(bytes <= MOST_GROWTH * fileSize)) {
      throw new UserError(
        `${where}: tensor ${name} of shape [${shape}] needs more than the whole file holds; it is damaged`,
      );
    }
  }
  return Object.fromEntries(views.map(([name, view]) => [name, materialise(name, view, storages, where)]));
}

/** The window's values in row-major order. */
function materialise(
  name: string,
  { storage, offset, shape, strides }: View,
  storages: Storages,
  where: string,
): StoredTensor {
  const { dtype } = storage;
  const stored = storages(storage.key);
  const fail = (what: string): never => {
    throw new UserError(
      `${where}: tensor ${name} of shape [${shape}]: ${what}; the file is cut short or damaged`,
    );
  };
  if (!stored) return fail(`its storage ${storage.key} is missing`);
  const width = bytesOf(dtype);
  const first = storage.offset + offset;
  const count = shape.reduce((a, b) => a * b, 1);
  if (count === 0) return { dtype, shape, data: roomFor(dtype, 0) };
  const last = first + shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), 0);
  if (!(last < storage.offset + storage.length && (last + 1) * width <= stored.length)) {
    fail(
      `it needs ${last + 1} values of a storage of ${Math.min(storage.length, Math.floor(stored.length / width))}`,
    );
  }
  if (isRowMajor(shape, strides)) {
    return { dtype, shape, data: valuesOf(dtype, stored.subarray(first * width, (first + count) * width)) };
  }
  const source = valuesOf(dtype, stored.subarray(first * width, (last + 1) * width));
  const data = roomFor(dtype, count);
  const index = shape.map(() => 0);
  let at = 0;
  for (let i = 0; i < count; i++) {
    data[i] = source[at] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      at += strides[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (shape[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return { dtype, shape, data };
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}
