import { mergeConfig } from 'vitest/config';
import { test } from '../../vitest.base.ts';

// A browser starts slowly on a busy machine.
export default mergeConfig({ test }, { test: { testTimeout: 120_000, hookTimeout: 120_000 } });
