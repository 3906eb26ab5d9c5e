import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { pool: 'forks', isolate: false, fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 },
});
