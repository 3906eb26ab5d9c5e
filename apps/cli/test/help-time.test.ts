import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BIN, folderWith, node } from './support.ts';

const ALONE = fileURLToPath(new URL('tsx-alone.mjs', import.meta.url));
const preload = (code: string): string[] => ['--import', `data:text/javascript,${encodeURIComponent(code)}`];

/** Writes the address of each loaded module to a file. */
const listModules = (file: string): string => {
  const hooks = `import { appendFileSync } from 'node:fs';
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context);
      appendFileSync(${JSON.stringify(file)}, found.url + '\\n');
      return found;
    }`;
  const url = `data:text/javascript,${encodeURIComponent(hooks)}`;
  return `import { register } from 'node:module'; register(${JSON.stringify(url)});`;
};

const REPORT_TIME = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write(String((user + system) / 1e6));
});`;

/** Seconds of processor time. */
const cost = async (args: readonly string[]): Promise<number> =>
  Number((await node([...preload(REPORT_TIME), ...args])).stderr);

test('--help loads commander, tsx (with its esbuild) and the commands’ declarations only', async () => {
  const list = join(folderWith({}), 'modules');
  await node([...preload(listModules(list)), BIN, '--help']);
  const urls = readFileSync(list, 'utf8').trimEnd().split('\n');
  const names = urls.map((url) => /\/node_modules\/((@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url);
  const others = names.filter((name) => !name.startsWith('node:') && !name.includes('/apps/cli/'));
  expect([...new Set(others)].sort()).toEqual(['commander', 'esbuild', 'tsx']);
  expect(names.filter((name) => /\/apps\/cli\/src\/(tasks|recipe)\//.test(name))).toEqual([]);
});

test('--help costs little more processor time than starting TypeScript at all', async () => {
  const help: number[] = [];
  const alone: number[] = [];
  for (let i = 0; i < 4; i++) {
    help.push(await cost([BIN, '--help']));
    alone.push(await cost([ALONE]));
  }
  // 1.3 times when written; TensorFlow.js would make it more than 3.
  expect(Math.min(...help) / Math.min(...alone)).toBeLessThan(2);
});
