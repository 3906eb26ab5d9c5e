/** What the tests of other packages share with those of this one. */
export { s3Client } from '../src/store/s3-client.ts';
export { S3Store } from '../src/store/s3-store.ts';
export { checkpointFiles } from './checkpoint-files.ts';
export { startChild } from './child.ts';
export { dyingStore } from './dying-store.ts';
export { type Holder, holdLease } from './lease-holder.ts';
export { NO_S3, s3ForTests } from './s3-support.ts';
export { type Fault, type Seen, startFaultProxy } from './services/fault-proxy.ts';
export { type MlflowService, startMlflow } from './services/mlflow.ts';
export { type ReadBack, readBack } from './services/read-back.ts';
export { type S3Service, startS3 } from './services/s3.ts';
export { hasSmallDisks, onSmallDisk } from './small-disk.ts';
