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

/** versitygw over a scratch folder, with a bucket and keys of its own; undefined where there is none. */
export async function startS3(): Promise<S3Service | undefined> {
  const path = findService('s3', 'FSG_VERSITYGW', 'versitygw');
  if (!path) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'fsg-s3-'));
  const bucket = 'fsg-test';
  const [data, sidecar] = [join(folder, 'data'), join(folder, 'sidecar')];
  // The gateway takes a folder in its root for a bucket.
  for (const made of [join(data, bucket), sidecar]) mkdirSync(made, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const [access, secret] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
  const service = await startService(
    path,
    ['--quiet', '--port', address, 'posix', '--sidecar', sidecar, data],
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
