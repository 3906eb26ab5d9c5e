import { basename, join } from 'node:path';

const reports = process.env.FSG_TEST_REPORTS;

/**
 * How every package is tested: all its files one after the other in one process, since each process would load
 * TensorFlow again. With FSG_TEST_REPORTS a JSON report goes into that folder, from which CI counts.
 */
export const test = {
  pool: 'forks',
  isolate: false,
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  ...(reports && {
    reporters: ['default', 'json'],
    outputFile: { json: join(reports, `${basename(process.cwd())}.json`) },
  }),
} as const;
