import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findService, freePort, type Service, startService } from './service.ts';

export interface S3Service extends Service {
  readonly endpoint: string;
  readonly bucket: string;
  /** What a client needs: endpoint, region and keys. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * versitygw over a scratch folder, with a bucket and keys of its own; undefined where there is none. It keeps ETags in
 * extended attributes, which a file takes along when it replaces another: in --sidecar files a new value's ETag stands
 * beside the old value for a moment, and counts are lost.
 */
export async function startS3(): Promise<S3Service | undefined> {
  const path = findService('s3', 'FSG_VERSITYGW', 'versitygw');
  if (!path) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'fsg-s3-'));
  const bucket = 'fsg-test';
  // The gateway takes a folder in its root for a bucket.
  mkdirSync(join(folder, bucket));
  const address = `127.0.0.1:${await freePort()}`;
  const [access, secret] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
  const service = await startService(
    path,
    ['--quiet', '--port', address, 'posix', folder],
    { ROOT_ACCESS_KEY: access, ROOT_SECRET_KEY: secret },
    `http://${address}`,
  );
  return {
    endpoint: `http://${address}`,
    bucket,
    env: {
      AWS_ENDPOINT_URL_S3: `http://${address}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: access,
      AWS_SECRET_ACCESS_KEY: secret,
    },
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
