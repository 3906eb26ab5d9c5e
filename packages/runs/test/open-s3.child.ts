/** Prints whether the SDK for S3 was loaded by importing this package and by opening a bucket, and the error of a read. */
import { createRequire } from 'node:module';
import { openStore } from '../src/index.ts';

const loaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@aws-sdk'));
const imported = loaded();
const store = await openStore('s3://bucket');
const opened = loaded();
const { message } = (await store.get('a').catch((error: unknown) => error)) as Error;
console.log(JSON.stringify({ imported, opened, message }));
