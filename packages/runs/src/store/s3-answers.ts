import { type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** A request or an answer was damaged on its way. The SDK tries again what has this mark. */
export class Damage extends Error {
  override readonly name = 'Damage';
  readonly $retryable = {};
}

/** What the server calls a request that was damaged. */
const DAMAGED_REQUESTS = ['XAmzContentSHA256Mismatch', 'BadDigest', 'IncompleteBody'];

/** What an answer of success holds, unlike a page that a network serves in its place. */
const PROOFS: Readonly<Record<string, string>> = {
  GetObjectCommand: 'ETag',
  HeadObjectCommand: 'ETag',
  PutObjectCommand: 'ETag',
  ListObjectsV2Command: 'IsTruncated',
  CreateMultipartUploadCommand: 'UploadId',
  UploadPartCommand: 'ETag',
  CompleteMultipartUploadCommand: 'ETag',
  ListMultipartUploadsCommand: 'IsTruncated',
};

/** Lets a client try damaged requests and answers again, as it does when the server fails. */
export function checkAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args).catch((error: unknown) => {
          throw isDamage(error) ? new Damage() : error;
        });
        const proof = PROOFS[commandName as string];
        if (proof && Reflect.get(result.output as object, proof) === undefined) throw new Damage();
        return result;
      },
    { name: 'checkAnswers', step: 'deserialize', priority: 'high' },
  );
}

/** An answer that the SDK could not read, or the server's word that it could not read the request. */
function isDamage(error: unknown): boolean {
  if (error instanceof S3ServiceException) return DAMAGED_REQUESTS.includes(error.name);
  const status = statusOf(error);
  return status !== undefined && status < 500;
}

/** The status of the answer that an error of the SDK tells of. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
