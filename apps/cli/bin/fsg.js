#!/usr/bin/env node
import { register } from 'tsx/esm/api';

// A scheduler's notice, for which Node would open its debugger; src/signals.ts says what a command does with it.
process.on('SIGUSR1', () => {});
register();
await import('../src/main.ts');
