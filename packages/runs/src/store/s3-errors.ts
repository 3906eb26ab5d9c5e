import { errorCode, UserError } from '../errors.ts';
import { statusOf } from './s3-answers.ts';
import { ConflictError } from './store.ts';

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
  Damage: 'requests or answers are damaged on their way; see what stands between this machine and the server',
  NoSuchUpload: 'another has aborted the upload; try again',
  SlowDown: 'the server is overloaded; try again later',
};

/** A failure of the SDK as one clear line, `doing` being such as "cannot read s3://bucket/key"; any other error unchanged. */
export function s3Problem(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || error instanceof ConflictError || error instanceof UserError) return error;
  if (statusOf(error) === 409) return new ConflictError(`${doing}: others are changing it`);
  const reason = reasonOf(error);
  return reason ? new UserError(`${doing}: ${reason}`) : error;
}

function reasonOf(error: Error): string | undefined {
  const [status, { name, message }] = [statusOf(error), error];
  if (REASONS[name]) return `${REASONS[name]} (${status ? `${status} ` : ''}${name})`;
  if (message === 'Region is missing') return 'no region is named; set AWS_REGION to the bucket’s';
  if (status === undefined) return errorCode(error) && connectionReason(error);
  if (status === 429 || status >= 500) return `the server fails (${status} ${name}); try again later`;
  if (status >= 300 && status < 400) return `${REGION} (${status})`;
  return `the server answers ${status} ${name}: ${oneLine(message)}; correct what it names`;
}

function connectionReason(error: Error): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return `cannot connect (${oneLine(cause.message)}); see whether the server is up and AWS_ENDPOINT_URL_S3 is right`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200);
