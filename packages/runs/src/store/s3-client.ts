import { S3Client } from '@aws-sdk/client-s3';
import { UserError } from '../errors.ts';
import { checkAnswers } from './s3-answers.ts';

/** Milliseconds until a connection stands, and for which one may then be silent. */
export interface Timeouts {
  readonly connect: number;
  readonly idle: number;
}

const TIMEOUTS: Timeouts = { connect: 10_000, idle: 30_000 };
/** Tries of one request, with the SDK's own growing, random waits between them. */
const ATTEMPTS = 6;

/**
 * The SDK's client, which takes credentials, region and more from where it always does: the AWS_* variables, ~/.aws, the
 * machine's role. What this adds is for other servers than Amazon's, named by AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL:
 * buckets in the path, a region that most of them ignore, and no checksums of a kind that several of them refuse.
 */
export function s3Client(timeouts: Timeouts = TIMEOUTS): S3Client {
  const { env } = process;
  // The SDK's notice that it will drop an old Node is for us to read, not for our users.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const endpoint = checkedEndpoint(env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL);
  const checksums = endpoint ? 'WHEN_REQUIRED' : undefined;
  const client = new S3Client({
    endpoint,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || (endpoint && 'us-east-1'),
    forcePathStyle: endpoint !== undefined && env.AWS_S3_FORCE_PATH_STYLE !== 'false',
    requestChecksumCalculation: env.AWS_REQUEST_CHECKSUM_CALCULATION ? undefined : checksums,
    responseChecksumValidation: env.AWS_RESPONSE_CHECKSUM_VALIDATION ? undefined : checksums,
    maxAttempts: env.AWS_MAX_ATTEMPTS ? undefined : ATTEMPTS,
    requestHandler: { connectionTimeout: timeouts.connect, socketTimeout: timeouts.idle },
  });
  checkAnswers(client);
  return client;
}

function checkedEndpoint(endpoint: string | undefined): string | undefined {
  if (!endpoint) return undefined;
  if (/^https?:\/\/[^@]+$/.test(endpoint) && URL.canParse(endpoint)) return endpoint;
  const shown = endpoint.includes('@') ? 'an address with a password' : `"${endpoint}"`;
  throw new UserError(
    `AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL is ${shown}, expected one such as http://127.0.0.1:7070; correct it`,
    2,
  );
}
