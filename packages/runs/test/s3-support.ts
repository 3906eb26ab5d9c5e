/** What the tests of the S3 store share. */
import { randomUUID } from 'node:crypto';
import { ListMultipartUploadsCommand, type MultipartUpload } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { s3Client } from '../src/store/s3-client.ts';
import { S3Store } from '../src/store/s3-store.ts';
import { type S3Service, startS3 } from './services/s3.ts';

export const MB = 2 ** 20;
/** Must stand in no error and in no output. */
export const CANARY = 'canary-4711';
/** Milliseconds. */
export const IMPATIENT = { connect: 1_000, idle: 400 };

/** A server for the tests of a file, in the environment while they run; undefined where there is none. */
export async function s3ForTests(): Promise<S3Service | undefined> {
  const s3 = await startS3();
  beforeAll(() => {
    for (const [name, value] of Object.entries(s3?.env ?? {})) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await s3?.stop();
  });
  return s3;
}

/** For the tests that are left out. */
export const NO_S3 = { bucket: '', endpoint: '', env: {} as S3Service['env'] };

/** A client made in this environment. */
export async function clientIn(env: Readonly<Record<string, string>>) {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    const client = s3Client(IMPATIENT);
    // The SDK reads these when they are first needed.
    const { config } = client;
    await Promise.all([
      config.maxAttempts(),
      config.credentials(),
      config.region(),
      config.requestChecksumCalculation(),
    ]);
    return client;
  } finally {
    for (const [name, value] of before) vi.stubEnv(name, value);
  }
}

export const newStore = (bucket: string, prefix: string = randomUUID()) =>
  new S3Store(bucket, prefix, s3Client());

/** Uploads in parts that were begun and not ended. */
export async function openUploads(bucket: string, prefix: string): Promise<MultipartUpload[]> {
  const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix });
  return (await s3Client().send(command)).Uploads ?? [];
}

/** A value that differs in each part, and for each factor. */
export const large = (length: number, factor = 31): Uint8Array =>
  new Uint8Array(length).map((_, i) => (i * factor + (i >> 12)) % 251);

export const same = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.compare(a, b) === 0;

/** A line that tells what failed, why and what to do, and no secret. */
export function expectClear(error: Error) {
  expect(error).toMatchObject({ name: 'UserError' });
  expect(error.message).toMatch(/^(cannot (read|write|list) s3:\/\/|AWS_ENDPOINT_URL)[^\n]+; \S[^\n]+$/);
  expect(error.message.length).toBeLessThan(400);
  expect(error.message).not.toContain(CANARY);
}
