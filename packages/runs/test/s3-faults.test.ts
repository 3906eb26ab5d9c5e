/** The S3 store behind a network with faults: success within its tries or a clear error, and never a damaged value. */
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Condition, ConflictError } from '../src/index.ts';
import { S3Store } from '../src/store/s3-store.ts';
import {
  clientIn,
  expectClear,
  large,
  MB,
  NO_S3,
  newStore,
  openUploads,
  s3ForTests,
  same,
} from './s3-support.ts';
import { type Fault, type Seen, startFaultProxy } from './services/fault-proxy.ts';
import { bytes, failure, text } from './support.ts';

const FAULTS: Fault[] = [
  429,
  500,
  503,
  'stall',
  'reset request',
  'flip request',
  'lose answer',
  'reset answer',
  'truncate',
  'flip answer',
  'page',
  'trickle',
];

const found = await s3ForTests();

describe.skipIf(!found)('S3 behind faults', () => {
  const { bucket, endpoint, env } = found ?? NO_S3;

  /** A store behind a proxy with faults, and the same without. */
  async function behind(script: (request: Seen) => Fault | undefined, limit?: number) {
    const proxy = await startFaultProxy(endpoint, script);
    onTestFinished(() => proxy.stop());
    const client = await clientIn({ AWS_ENDPOINT_URL_S3: proxy.endpoint, AWS_MAX_ATTEMPTS: '3' });
    const prefix: string = randomUUID();
    return { faulty: new S3Store(bucket, prefix, client, limit), straight: newStore(bucket, prefix), prefix };
  }

  test.each(FAULTS)('%s once: all calls succeed all the same', async (fault) => {
    let faults = 0;
    const { faulty, straight } = await behind(() => (faults-- > 0 ? fault : undefined));
    const once = <T>(action: () => Promise<T>): Promise<T> => {
      faults = 1;
      return action();
    };
    const entry = { key: 'a', size: 7 };
    await once(() => faulty.put('a', bytes('a value')));
    expect(text((await straight.get('a'))?.value)).toBe('a value');
    expect(text((await once(() => faulty.get('a')))?.value)).toBe('a value');
    // A listing has no checksum.
    if (fault === 'flip answer') return;
    expect(await once(() => faulty.list(''))).toEqual([entry]);
    expect(await once(() => faulty.stat('a'))).toEqual(entry);
    await once(() => faulty.remove('a'));
    // A page in place of "removed" cannot be told from it: the value stays.
    expect(await straight.list('')).toEqual(fault === 'page' ? [entry] : []);
  });

  const forEver = FAULTS.filter((fault) => fault !== 'trickle');
  test.each(forEver)('%s for ever: calls succeed or end in a clear error, never in damage', async (fault) => {
    const { faulty, straight } = await behind(() => fault);
    const values = ['before', 'a longer value after'] as const;
    const [before, after] = [bytes(values[0]), bytes(values[1])];
    await straight.put('a', before);
    for (const action of [() => faulty.put('a', after), () => faulty.get('a'), () => faulty.list('')]) {
      const outcome = await action().catch((error: Error) => error);
      if (outcome instanceof Error) expectClear(outcome);
      else if (outcome && 'value' in outcome) expect(values).toContain(text(outcome.value));
    }
    expect(values).toContain(text((await straight.get('a'))?.value));
  });

  test('a part that stalls, breaks off or is damaged goes up again', async () => {
    const faults: Fault[] = ['stall', 'reset request', 'flip request', 'lose answer'];
    const { faulty, straight } = await behind(({ method }) =>
      method === 'PUT' ? faults.shift() : undefined,
    );
    await faulty.put('a', large(40 * MB));
    expect(faults).toEqual([]);
    expect(same((await straight.get('a'))?.value, large(40 * MB))).toBe(true);
  });

  test.each(
    (['page', 'truncate', 'reset answer'] as const).flatMap((fault) => [
      [fault, 'begin', 'POST', '?uploads'] as const,
      [fault, 'part', 'PUT', 'partNumber=2'] as const,
      [fault, 'end', 'POST', 'uploadId'] as const,
    ]),
  )('%s in answer to the %s of an upload in parts', async (fault, _, verb, part) => {
    let faults = 1;
    const { faulty, straight, prefix } = await behind(({ method, url }) =>
      method === verb && url.includes(part) && faults-- > 0 ? fault : undefined,
    );
    await faulty.put('a', large(20 * MB));
    expect(faults).toBeLessThan(1);
    expect(same((await straight.get('a'))?.value, large(20 * MB))).toBe(true);
    // One that was begun without our learning its name is left to abortUploads.
    const unknown = part === '?uploads' && fault !== 'page' ? 1 : 0;
    expect(await openUploads(bucket, prefix)).toHaveLength(unknown);
  });

  test.each(['reset answer', 'truncate', 'flip answer', 'stall'] as const)(
    '%s in a large answer',
    async (fault) => {
      const { faulty, straight } = await behind(({ nth }) => (nth < 3 ? fault : undefined));
      await straight.put('a', large(5 * MB));
      expect(same((await faulty.get('a'))?.value, large(5 * MB))).toBe(true);
    },
  );

  test.each([
    ['9 bytes', 9, undefined],
    ['9 MB', 9 * MB, undefined],
    ['9 MB, then no such upload', 9 * MB, { status: 404, code: 'NoSuchUpload' }],
  ])('a success whose answer is lost is no conflict: %s', async (_, size, next) => {
    const faults: (Fault | undefined)[] = [];
    const { faulty, straight } = await behind(({ method, url }) => {
      const writes = size < MB ? method === 'PUT' : method === 'POST' && url.includes('uploadId');
      return writes ? faults.shift() : undefined;
    });
    const succeeds = async (condition: Condition | undefined, factor: number) => {
      faults.push('lose answer', next);
      await faulty.put('a', large(size, factor), condition);
      expect(faults).toEqual([]);
      expect(same((await straight.get('a'))?.value, large(size, factor))).toBe(true);
    };
    await succeeds({ absent: true }, 3);
    await succeeds({ match: (await straight.get('a'))?.etag as string }, 5);
    await succeeds(undefined, 7);
  });

  test('another’s success stays a conflict after a fault, be its content the same', async () => {
    const { faulty, straight } = await behind(({ nth }) => (nth === 1 ? 503 : undefined));
    await straight.put('a', bytes('x'));
    expect(await failure(faulty.put('a', bytes('x'), { absent: true }))).toBeInstanceOf(ConflictError);
  });

  test('where others write at once it is tried again, then called a conflict', async () => {
    let faults = 2;
    const { faulty, straight } = await behind(() => (faults-- > 0 ? 409 : undefined));
    await faulty.put('a', bytes('x'), { absent: true });
    expect(text((await straight.get('a'))?.value)).toBe('x');
    faults = 99;
    expect(await failure(faulty.put('b', bytes('x'), { absent: true }))).toBeInstanceOf(ConflictError);
  });

  test('an answer that never ends is given up', async () => {
    const { faulty, straight } = await behind(() => 'trickle', 1_500);
    await straight.put('a', large(20_000));
    const began = Date.now();
    const error = await failure(faulty.get('a'));
    expectClear(error);
    expect(error.message).toContain('took more than 1.5 s');
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  test('a server that stalls on each part is given up, and keeps none', async () => {
    const { faulty, prefix } = await behind(({ method }) => (method === 'PUT' ? 'stall' : undefined), 1_000);
    const began = Date.now();
    expectClear(await failure(faulty.put('a', large(20 * MB))));
    expect(Date.now() - began).toBeLessThan(5_000);
    await vi.waitFor(async () => expect(await openUploads(bucket, prefix)).toEqual([]), 20_000);
  });

  test('the parts of a put that fails are removed', async () => {
    const { faulty, straight, prefix } = await behind(({ url }) =>
      url.includes('partNumber=2') ? 500 : undefined,
    );
    expectClear(await failure(faulty.put('a', large(20 * MB))));
    expect(await openUploads(bucket, prefix)).toEqual([]);
    expect(await straight.get('a')).toBeUndefined();
  });

  test('no secret stands in an error or is printed', async () => {
    const seen: unknown[] = [];
    const spies = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((printed) => seen.push(printed) > 0),
    );
    let fault: Fault | undefined;
    const { faulty } = await behind(() => fault);
    for (fault of [503, 'stall', 'reset request', 'flip request', 'truncate', 'page'] as const) {
      await faulty.get('a').catch((error) => seen.push(error));
      await faulty.put('a', bytes('x')).catch((error) => seen.push(error));
    }
    for (const spy of spies) spy.mockRestore();
    expect(seen.length).toBeGreaterThan(6);
    expect(inspect(seen, { depth: 20, showHidden: true })).not.toContain(env.AWS_SECRET_ACCESS_KEY);
  });
});
