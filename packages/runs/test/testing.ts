/** What other packages' tests need to have an S3 server. */
export { NO_S3, s3ForTests } from './s3-support.ts';
export { type Seen, startFaultProxy } from './services/fault-proxy.ts';
