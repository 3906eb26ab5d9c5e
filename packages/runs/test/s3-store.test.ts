import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { ConflictError, openStore } from '../src/index.ts';
import { s3Client } from '../src/store/s3-client.ts';
import { S3Store } from '../src/store/s3-store.ts';
import { runChildren } from './child.ts';
import {
  CANARY,
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
import { storeContract } from './store-contract.ts';
import { bytes, failure, text } from './support.ts';

const found = await s3ForTests();

describe.skipIf(!found)('S3 store', () => {
  const { bucket, endpoint } = found ?? NO_S3;

  storeContract(() => newStore(bucket));

  test('no count is lost where four processes add to one value if match', async () => {
    const address = `s3://${bucket}/${randomUUID()}`;
    const store = await openStore(address);
    await store.put('count', bytes('0'));
    await runChildren('count.child.ts', [address, '25'], 4);
    expect(text((await store.get('count'))?.value)).toBe('100');
  });

  test('values of several parts, with the condition on their completion', async () => {
    const [prefix, one, two] = [randomUUID(), large(20 * MB + 1), large(9 * MB, 17)];
    const store = newStore(bucket, prefix);
    await store.put('a', one, { absent: true });
    const first = (await store.get('a'))?.etag as string;
    expect(first).toContain('-3');
    expect(await failure(store.put('a', two, { absent: true }))).toBeInstanceOf(ConflictError);
    expect(same((await store.get('a'))?.value, one)).toBe(true);
    await store.put('a', two, { match: first });
    expect(await failure(store.put('a', one, { match: first }))).toBeInstanceOf(ConflictError);
    expect(same((await store.get('a'))?.value, two)).toBe(true);
    expect(await store.stat('a')).toEqual({ key: 'a', size: two.length });
    expect(await openUploads(bucket, prefix)).toEqual([]);
  });

  test('lists more than a page of keys, of this prefix only', async () => {
    const prefix = randomUUID();
    const store = newStore(bucket, prefix);
    await newStore(bucket, `${prefix}x`).put('other', bytes('x'));
    const keys = Array.from({ length: 1_203 }, (_, i) => `k${String(i).padStart(5, '0')}`);
    for (let i = 0; i < keys.length; i += 50) {
      await Promise.all(keys.slice(i, i + 50).map((key) => store.put(key, bytes(key))));
    }
    expect((await store.list('')).map(({ key }) => key)).toEqual(keys);
    expect(await store.list('k0120')).toHaveLength(3);
  });

  test('uploads that dead processes left are aborted by age, below the prefix only', async () => {
    const [prefix, other] = [randomUUID(), randomUUID()];
    for (const Key of [`${prefix}/a`, `${prefix}/b/c`, `${other}/a`]) {
      await s3Client().send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    }
    const store = newStore(bucket, prefix);
    expect(await store.abortUploads(new Date(Date.now() - 60_000))).toBe(0);
    await store.put('large', large(9 * MB));
    expect(await openUploads(bucket, prefix)).toHaveLength(2);
    expect(await store.abortUploads(new Date(Date.now() + 60_000))).toBe(2);
    expect(await openUploads(bucket, prefix)).toEqual([]);
    expect(await openUploads(bucket, other)).toHaveLength(1);
  });

  test.each([
    ['there is no such bucket; make it or correct the address (404 NoSuchBucket)', {}, 'no-such-bucket'],
    ['access key', { AWS_ACCESS_KEY_ID: 'nobody' }],
    ['secret key is not the one of the access key', { AWS_SECRET_ACCESS_KEY: CANARY }],
    ['session token', { AWS_SECRET_ACCESS_KEY: CANARY, AWS_SESSION_TOKEN: CANARY }],
    ['set AWS_REGION to its own', { AWS_REGION: 'eu-west-9' }],
    ['ECONNREFUSED 127.0.0.1:1', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }],
    ['no-such-host.invalid', { AWS_ENDPOINT_URL_S3: 'http://no-such-host.invalid' }],
    ['cannot connect', { AWS_ENDPOINT_URL_S3: endpoint.replace('http', 'https') }],
    ['is "127.0.0.1:7070", expected one such as', { AWS_ENDPOINT_URL_S3: '127.0.0.1:7070' }],
    ['is an address with a password', { AWS_ENDPOINT_URL_S3: `http://me:${CANARY}@127.0.0.1` }],
  ])('says in one line: %s', async (reason, env, place = bucket) => {
    const get = async () =>
      new S3Store(place, 'p', await clientIn({ AWS_MAX_ATTEMPTS: '2', ...env })).get('a');
    const error = await failure(get());
    expectClear(error);
    expect(error.message).toContain(reason);
  });
});

test.each([
  ['Amazon', {}, [false, 'WHEN_SUPPORTED', 'eu-central-1']],
  [
    'another server',
    { AWS_ENDPOINT_URL: 'http://s3.test', AWS_REGION: '' },
    [true, 'WHEN_REQUIRED', 'us-east-1'],
  ],
  [
    'another server with wishes',
    {
      AWS_ENDPOINT_URL_S3: 'https://s3.test',
      AWS_S3_FORCE_PATH_STYLE: 'false',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_SUPPORTED',
    },
    [false, 'WHEN_SUPPORTED', 'eu-central-1'],
  ],
])('path style, checksums and region for %s', async (_, env, expected) => {
  const plain = { AWS_ENDPOINT_URL_S3: '', AWS_ENDPOINT_URL: '', AWS_REGION: 'eu-central-1' };
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const { config } = await clientIn({ ...plain, ...keys, ...env });
  const checksums = await config.requestChecksumCalculation();
  expect([config.forcePathStyle, checksums, await config.region()]).toEqual(expected);
});

test('without credentials it says which to set', async () => {
  const nowhere = {
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_CONFIG_FILE: '/dev/null',
  };
  const child = fileURLToPath(new URL('open-s3.child.ts', import.meta.url));
  const env = { ...process.env, ...nowhere };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child], { env });
  const { imported, opened, message } = JSON.parse(stdout);
  expect(message).toMatch(/^cannot read s3:\/\/bucket\/a: no credentials; set AWS_ACCESS_KEY_ID and /);
  // The SDK takes most of a second to load, and has a notice about old versions of Node.
  expect({ imported, opened, stderr }).toEqual({ imported: false, opened: true, stderr: '' });
});

describe('the address of a store', () => {
  test.each([
    ['s3://bucket', 's3://bucket'],
    ['s3://bucket/', 's3://bucket'],
    ['s3://my.bucket-1/a/b=c/', 's3://my.bucket-1/a/b=c'],
    ['runs/x', 'runs/x'],
    ['C:\\runs', 'C:\\runs'],
  ])('%s', async (address, where) => {
    expect((await openStore(address)).where).toBe(where);
  });

  test.each([
    '',
    's3://',
    's3:///a',
    's3://Bucket/a',
    's3://ab',
    's3://bucket//a',
    's3://bucket/../a',
    's3://bucket/a?b',
    'gs://bucket',
    'https://host/bucket',
  ])('refuses %j', async (address) => {
    const error = await failure(openStore(address));
    expect(error).toMatchObject({ name: 'UserError', exitCode: 2 });
    expect(error.message).toContain(`"${address}" is no place for a store`);
  });
});
