import { S3ServiceException } from '@aws-sdk/client-s3';
import { UserError } from '../errors.ts';
import { ConflictError } from './store.ts';

/** An answer that cannot be what the server sent. */
export class DamagedAnswer extends Error {
  override readonly name = 'DamagedAnswer';
}

const KEYS = 'correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
const REGION = 'the bucket is in another region; set AWS_REGION to its own';

/** What the server's or the SDK's names of errors mean, and what to do. */
const REASONS: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket; make it or correct the address',
  AccessDenied: 'access is denied; let these credentials read, write, list and remove there, or use others',
  Forbidden: 'access is denied; let these credentials read, write, list and remove there, or use others',
  InvalidAccessKeyId: `the server does not know the access key; ${KEYS}`,
  SignatureDoesNotMatch: `the secret key is not the one of the access key; ${KEYS}`,
  ExpiredToken: 'the credentials have expired; log in again',
  InvalidToken: 'the server refuses the session token; log in again',
  RequestTimeTooSkewed: 'this machine’s clock is wrong; set it',
  AuthorizationHeaderMalformed: REGION,
  PermanentRedirect: REGION,
  CredentialsProviderError:
    'no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or log in',
  TimeoutError: 'the server does not answer; see whether it is up and AWS_ENDPOINT_URL_S3 is right',
  DamagedAnswer:
    'requests or answers are damaged on their way; see what stands between this machine and the server',
  SlowDown: 'the server is overloaded; try again later',
};

/** Any failure of the SDK as one clear line, `doing` being such as "cannot read s3://bucket/key". */
export function s3Problem(error: unknown, doing: string): Error {
  if (error instanceof ConflictError || error instanceof UserError) return error;
  if (statusOf(error) === 409) return new ConflictError(`${doing}: others are changing it`);
  return new UserError(`${doing}: ${reasonOf(error as Error)}`);
}

function reasonOf(error: Error): string {
  const status = statusOf(error);
  const reason = REASONS[error.name];
  if (reason) return `${reason} (${status ? `${status} ` : ''}${error.name})`;
  if (error.message === 'Region is missing') return 'no region is named; set AWS_REGION to the bucket’s';
  if (isDamage(error)) return reasonOf(new DamagedAnswer());
  if (status === undefined) return connectionReason(error);
  if (status === 429 || status >= 500) return `the server fails (${status} ${error.name}); try again later`;
  if (status >= 300 && status < 400) return `${REGION} (${status})`;
  return `the server answers ${status} ${error.name}: ${oneLine(error.message)}; correct what it names`;
}

function connectionReason(error: Error): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return `cannot connect (${oneLine(cause.message)}); see whether the server is up and AWS_ENDPOINT_URL_S3 is right`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200);

/** The status of the answer that an error of the SDK tells of. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** What the server calls a request that was damaged on its way. */
const DAMAGED_REQUESTS = ['XAmzContentSHA256Mismatch', 'BadDigest', 'IncompleteBody'];

/** A request or an answer was damaged on its way: the SDK can make no sense of it, or the server could not. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedAnswer) return true;
  if (error instanceof S3ServiceException) return DAMAGED_REQUESTS.includes(error.name);
  return statusOf(error) !== undefined;
}
