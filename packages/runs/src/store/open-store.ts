import { UserError } from '../errors.ts';
import { FileStore } from './file-store.ts';
import { isKey, type Store } from './store.ts';

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** The store at `s3://bucket/prefix`, or in a folder. The SDK for S3 is loaded only where it is asked for. */
export async function openStore(address: string): Promise<Store> {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]+):\/\/(.*)$/is.exec(address) ?? [];
  if (scheme === undefined && address !== '') return new FileStore(address);
  const [bucket = '', ...parts] = rest.replace(/\/$/, '').split('/');
  const prefix = parts.join('/');
  if (scheme !== 's3' || !BUCKET.test(bucket) || (parts.length > 0 && !isKey(prefix))) {
    throw new UserError(
      `"${address}" is no place for a store: expected a folder, or s3://bucket/prefix with a bucket’s name in small ` +
        'letters and a prefix of letters, digits and "_ . - + = @"; correct it',
      2,
    );
  }
  const { S3Store } = await import('./s3-store.ts');
  const { s3Client } = await import('./s3-client.ts');
  return new S3Store(bucket, prefix, s3Client());
}
