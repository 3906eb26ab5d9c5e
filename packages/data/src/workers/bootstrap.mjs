// Node 20 starts no worker from a .ts file: this one loads the loader of .ts first.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.entry);
