/**
 * Weight files. The .pth files of golden/ were written by PyTorch (golden/README.md), those of torch/ too (torch/make.py
 * lists what each holds); reading them must give what their makers put in.
 */
import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@fsg/engine';
import { type Random, random } from '@fsg/engine/random';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  entriesOf,
  float32,
  fromStateDict,
  identifyWeights,
  parseWeights,
  readSafetensors,
  type SizedNetwork,
  type StoredTensor,
  type StoredTensors,
  sizeOfWeights,
  toFloat32,
  toStateDict,
  UserError,
  writeSafetensors,
} from '../src/index.ts';

const size = { dim: 64, zDim: 96 };
const NETWORKS = [
  ['vae', 'vae'],
  ['generator', 'gen'],
  ['discriminator', 'dis'],
] as const;

const golden = (file: string): Uint8Array => readFileSync(new URL(`golden/${file}`, import.meta.url));
const torch = (file: string): Uint8Array => readFileSync(new URL(`torch/${file}`, import.meta.url));
const tensorsOf = async (file: string): Promise<StoredTensors> =>
  (await parseWeights(golden(file), file)).tensors;

describe('files of torch.save', () => {
  beforeAll(async () => {
    await startEngine({ backend: 'cpu' });
  });

  it.each(NETWORKS)('%s: every bit comes back through memory and safetensors', async (name, file) => {
    const stored = await tensorsOf(`${file}.pth`);
    const { tensors, batches } = fromStateDict(entriesOf(name, size), stored, name);
    const bytes = writeSafetensors(toStateDict(entriesOf(name, size), tensors, batches));
    tf.dispose(tensors);
    expect(readSafetensors(bytes, 'copy')).toEqual(stored);
  });

  it.each(NETWORKS)('%s: the old format holds the same', async (_, file) => {
    expect(await tensorsOf(`${file}.legacy.pth`)).toEqual(await tensorsOf(`${file}.pth`));
  });

  it.each(NETWORKS)('%s is known by its tensors, with its size', async (name: SizedNetwork, file) => {
    const stored = await tensorsOf(`${file}.pth`);
    expect(sizeOfWeights(name, stored)).toEqual(name === 'vae' ? size : { ...size, zDim: 1 });
    expect(identifyWeights(stored)).toMatchObject({
      network: name,
      comparison: { missing: [], extra: [], misshaped: [] },
    });
  });
});

/** What torch/make.py puts in, by hand. */
const MADE = {
  float32: ['F32', [2, 3], [0, 1, 2, 6, 7, 8]],
  float64: ['F64', [2], [1 / 3, -2.5e300]],
  float16: ['F16', [4], [1.5, -0.0009765625, 65504, 2 ** -24]],
  bfloat16: ['BF16', [3], [1.5, -3.00405527047391e38, 2 ** -126]],
  int64: ['I64', [], [7]],
  int32: ['I32', [2, 1], [-1, 2]],
  boolean: ['BOOL', [2], [1, 0]],
  transposed: ['F32', [6, 4], Array.from({ length: 24 }, (_, i) => 6 * (i % 4) + Math.floor(i / 4))],
  window: ['F32', [2, 3], [8, 9, 10, 14, 15, 16]],
  every_other: ['F32', [12], Array.from({ length: 12 }, (_, i) => 2 * i + 1)],
  expanded: ['F32', [2, 3], [3, 3, 3, 4, 4, 4]],
  empty: ['F32', [0, 3], []],
  parameter: ['F32', [1], [0.25]],
} as const;

describe.each([
  'tensors.pth',
  'tensors.legacy.pth',
  'tensors.protocol4.pth',
  'checkpoint.pth',
  'checkpoint.legacy.pth',
])('%s', (file) => {
  it('gives types, shapes and values, strided, shared and wrapped ones too', async () => {
    const { tensors } = await parseWeights(torch(file), file);
    expect(Object.keys(tensors)).toEqual(Object.keys(MADE));
    for (const [name, [dtype, shape, values]] of Object.entries(MADE)) {
      const found = tensors[name] as StoredTensor;
      expect([found.dtype, found.shape], name).toEqual([dtype, [...shape]]);
      const floats = [...toFloat32(found)];
      expect(floats.length, name).toBe(values.length);
      values.forEach((value, i) => {
        const expected = name === 'float64' ? Math.fround(value) : value;
        const error = floats[i] === expected ? 0 : Math.abs((floats[i] as number) / expected - 1);
        expect(error, `${name} ${i}`).toBeLessThan(1e-12);
      });
    }
    expect(tensors.float64?.data).toEqual(Float64Array.of(1 / 3, -2.5e300));
    expect(readSafetensors(writeSafetensors(tensors), 'copy')).toEqual(tensors);
  });
});

it.each(['stranger.pth', 'stranger.legacy.pth'])('%s: a class is refused by its name', async (file) => {
  await expect(parseWeights(torch(file), file)).rejects.toThrow(
    /holds __main__\.Stranger, which only Python/,
  );
});

describe('what does not fit', () => {
  it('is named: missing, left over, mis-shaped', async () => {
    const name = 'decoder.decoder_blocks.2.3.bias';
    const stored = await tensorsOf('vae.pth');
    const { [name]: bias, ...rest } = stored;
    const load = (file: StoredTensors) => () => fromStateDict(entriesOf('vae', size), file, 'x.pth');
    expect(load(rest)).toThrow(/x\.pth: decoder\.decoder_blocks\.2\.3\.bias is missing/);
    expect(load({ ...stored, stray: bias as never })).toThrow(/stray is not a tensor of this network/);
    const short = { ...stored, [name]: float32([4], new Float32Array(4)) };
    expect(load(short)).toThrow(/has shape \[4\], expected \[3\]/);
    expect(identifyWeights(short)?.comparison.misshaped).toEqual([{ name, found: [4], expected: [3] }]);
  });
});

describe('malformed files', () => {
  /** Text and bytes in turn. */
  const pickled = (...parts: (string | number[])[]): Uint8Array =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
  const legacy = (content: Uint8Array, tail: Uint8Array = pickled([0x80, 2], '].')): Uint8Array =>
    Buffer.concat([
      pickled([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19], '.'),
      pickled([0x80, 2], 'M', [0xe9, 3], '.'),
      pickled([0x80, 2], '}.'),
      content,
      tail,
    ]);
  /** A float tensor of storage 0: `count` values stored, shape and stride of one axis. */
  const tensor = (count: number, offset: number, size: number, stride: number): (string | number[])[] => [
    'ctorch._utils\n_rebuild_tensor_v2\n((X',
    [7, 0, 0, 0],
    'storagectorch\nFloatStorage\nX',
    [1, 0, 0, 0],
    '0X',
    [3, 0, 0, 0],
    'cpu',
    int32(count),
    'tQ',
    int32(offset),
    int32(size),
    [0x85],
    int32(stride),
    [0x85],
    [0x89],
    '}tR',
  ];
  const int32 = (value: number): number[] => [
    'J'.charCodeAt(0),
    ...new Uint8Array(Int32Array.of(value).buffer),
  ];
  const storage = (...values: number[]): Uint8Array =>
    Buffer.concat([
      pickled([0x80, 2], ']X', [1, 0, 0, 0], '0a.'),
      new Uint8Array(BigInt64Array.of(BigInt(values.length)).buffer),
      new Uint8Array(Float32Array.from(values).buffer),
    ]);
  const named = (name: string, value: (string | number[])[]): Uint8Array =>
    pickled([0x80, 2], '}X', [name.length, 0, 0, 0], name, ...value, 's.');

  it('and a sound one made by the same hands', async () => {
    const file = legacy(named('a', tensor(4, 1, 2, 2)), storage(1, 2, 3, 4));
    expect((await parseWeights(file, 'x')).tensors).toEqual({ a: float32([2], Float32Array.of(2, 4)) });
  });

  const header = (json: unknown, body = 0): Uint8Array => {
    const text = Buffer.from(JSON.stringify(json));
    return Buffer.concat([
      Buffer.from(BigUint64Array.of(BigInt(text.length)).buffer),
      text,
      Buffer.alloc(body),
    ]);
  };
  const f32 = (shape: number[], begin: number, end: number) => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  const tar = new Uint8Array(1024);
  tar.set(Buffer.from('weights/'), 0);
  tar.set(Buffer.from('ustar'), 257);

  it.each([
    ['an empty file', new Uint8Array(), /an empty file/],
    ['three bytes', new Uint8Array(3), /something else/],
    ['a tar', tar, /a tar archive/],
    ['a header longer than the file', Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 123), /something else/],
    ['a header that is no JSON', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 123), /not JSON/],
    ['a list for a header', header([]), /something else/],
    [
      'overlapping tensors',
      header({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12),
      /b begins at byte 4, expected 8/,
    ],
    ['a gap', header({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /b begins at byte 8, expected 4/],
    ['offsets out of range', header({ a: f32([4], 0, 16) }, 8), /need 16 bytes, but the file gives 8/],
    ['10^12 elements', header({ a: f32([1e6, 1e6], 0, 4) }, 4), /needs 4000000000000 bytes, but has 4/],
    ['a shape that overflows', header({ a: f32([1e300, 1e300], 0, 4) }, 4), /a: shape/],
    ['a negative offset', header({ a: f32([1], -4, 0) }, 4), /a: data_offsets/],
    ['an unknown type', header({ a: { ...f32([1], 0, 4), dtype: 'F8' } }, 4), /a: dtype/],
    [
      'a truncated body',
      writeSafetensors({ a: float32([4], new Float32Array(4)) }).subarray(0, -2),
      /cut short/,
    ],
    ['a truncated zip', golden('dis.pth').subarray(0, 200_000), /not a whole zip file/],
    ['a truncated old file', golden('dis.legacy.pth').subarray(0, 200_000), /reaches past the end/],
    ['a truncated pickle', golden('dis.legacy.pth').subarray(0, 2000), /ends too early/],
    [
      'more values than stored',
      legacy(named('a', tensor(4, 0, 5, 1)), storage(1, 2, 3, 4)),
      /needs 5 values of a storage of 4/,
    ],
    [
      'a storage that claims more than there is',
      legacy(named('a', tensor(1e9, 0, 1e9, 1)), storage(1)),
      /more than the whole file/,
    ],
    ['10^9 values of one', legacy(named('a', tensor(1, 0, 1e9, 0)), storage(1)), /more than the whole file/],
    ['a negative size', legacy(named('a', tensor(1, 0, -1, 1)), storage(1)), /without storage or shape/],
    ['a list in itself', legacy(pickled([0x80, 2], ']q', [0], 'h', [0], 'a.')), /hold each other/],
    ['lists of lists of lists', legacy(bomb()), /hold each other/],
    [
      'a command to run',
      legacy(pickled([0x80, 2], 'cos\nsystem\nX', [2, 0, 0, 0], 'ls', [0x85], 'R.')),
      /holds os\.system, which only Python/,
    ],
    [
      'a function that is only named',
      legacy(pickled([0x80, 2], '}X', [1, 0, 0, 0], 'acos\nsystem\ns.')),
      /holds os\.system/,
    ],
    [
      'a global named as an own property',
      legacy(pickled([0x80, 2], 'cconstructor\nconstructor\n)R.')),
      /holds constructor\.constructor/,
    ],
    ['no tensor', legacy(pickled([0x80, 2], '}.')), /holds no tensor/],
  ])('%s', async (_, bytes, message) => {
    const start = performance.now();
    const heap = process.memoryUsage().rss;
    await expect(parseWeights(bytes, 'bad.pth')).rejects.toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringMatching(message) }),
    );
    expect(performance.now() - start).toBeLessThan(1000);
    expect(process.memoryUsage().rss - heap).toBeLessThan(200e6);
  });

  /** Forty lists, each holding the one before it twice: 2^40 ways to the innermost. */
  function bomb(): Uint8Array {
    const levels = Array.from(
      { length: 40 },
      (_, i) => [']q', [i + 1], 'h', [i], 'ah', [i], 'a'] as (string | number[])[],
    );
    return pickled([0x80, 2], ']q', [0], ...levels.flat(), '.');
  }
});

describe('ten thousand damaged files', () => {
  const MUTATIONS = 3_000;
  it.each(['tensors.pth', 'tensors.legacy.pth', 'tensors.protocol4.pth', 'safetensors'])(
    '%s: read, or refused in one line',
    async (file) => {
      const sound =
        file === 'safetensors'
          ? writeSafetensors((await parseWeights(torch('tensors.pth'), file)).tensors)
          : torch(file);
      let refused = 0;
      for (let i = 0; i < MUTATIONS; i++) {
        const bytes = mutated(sound, random('mutation', file, i));
        try {
          await parseWeights(bytes, 'bad.pth');
        } catch (error) {
          refused += 1;
          if (!(error instanceof UserError) || error.message.includes('\n')) throw error;
        }
      }
      expect(refused).toBeGreaterThan(MUTATIONS / 10);
    },
    60_000,
  );

  /** One to four bytes changed, a piece cut out, doubled or moved, or the end cut off. */
  function mutated(sound: Uint8Array, stream: Random): Uint8Array {
    const bytes = Buffer.from(sound);
    const at = (): number => stream.integer(0, bytes.length);
    switch (stream.integer(0, 5)) {
      case 0:
        return bytes.subarray(0, at());
      case 1: {
        const [a, b] = [at(), at()].sort((x, y) => x - y) as [number, number];
        return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]);
      }
      case 2: {
        const a = at();
        return Buffer.concat([bytes.subarray(0, a), bytes.subarray(a, a + 16), bytes.subarray(a)]);
      }
      default:
        for (let n = stream.integer(1, 5); n > 0; n--) bytes[at()] = stream.integer(0, 256);
        return bytes;
    }
  }
});
