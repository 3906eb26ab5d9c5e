/** A checkout in little: the real scripts, a CLI that prints its arguments, and an npm that makes an empty node_modules. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../root.mjs';

const NPM = `
const fs = require('node:fs');
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules');
fs.appendFileSync('npm.calls', 'ci\\n');
if (fs.existsSync('npm.fails')) {
  console.error('npm error network is unreachable');
  process.exit(1);
}
setTimeout(() => {}, fs.existsSync('npm.hangs') ? 20_000 : 100);
`;

function createCheckout() {
  const root = mkdtempSync(join(tmpdir(), 'fsg-checkout-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['scripts', 'packages/engine/runtime', 'packages/engine/native']) {
    cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
  }
  mkdirSync(join(root, 'apps/cli/bin'), { recursive: true });
  writeFileSync(join(root, 'apps/cli/bin/fsg.js'), 'console.log(JSON.stringify(process.argv.slice(2)));');
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(root, 'package-lock.json'), '{ "packages": { "node_modules/a": {} } }');
  writeFileSync(join(root, 'npm.cjs'), NPM);
  const path = (name) => join(root, name);
  return {
    path,
    npmCalls: () =>
      existsSync(path('npm.calls')) ? readFileSync(path('npm.calls'), 'utf8').split('\n').length - 1 : 0,
    /** `child` can be killed; `result` is what it printed and its exit code. */
    start(args, env = {}) {
      const settings = {
        FSG_BACKEND: 'wasm',
        FSG_CACHE: path('cache'),
        npm_execpath: `${path('npm.cjs')}`,
        ...env,
      };
      const child = spawn(process.execPath, [path('scripts/start.mjs'), ...args], {
        cwd: root,
        env: { PATH: process.env.PATH, HOME: root, ...settings },
      });
      let [output, errors] = ['', ''];
      child.stdout.on('data', (text) => (output += text));
      child.stderr.on('data', (text) => (errors += text));
      const result = new Promise((done) => child.on('close', (code) => done({ code, output, errors })));
      return { child, result };
    },
  };
}

it('runs npm ci when the lock changed, then the CLI, and is silent when nothing is to be done', async () => {
  const { start, npmCalls, path } = createCheckout();
  const first = await start(['train', '--json', 'a b']).result;
  expect(first).toMatchObject({ code: 0, output: '["train","--json","a b"]\n' });
  expect(first.errors).toMatch(/Packages: 1.*npm ci/);
  expect(existsSync(path('cache'))).toBe(false);

  expect(await start(['x']).result).toEqual({ code: 0, output: '["x"]\n', errors: '' });
  expect(npmCalls()).toBe(1);

  writeFileSync(path('package-lock.json'), '{ "packages": {} }');
  await start(['x']).result;
  expect(npmCalls()).toBe(2);
});

it('runs npm ci once where two start at the same time', async () => {
  const { start, npmCalls } = createCheckout();
  const results = await Promise.all([1, 2, 3].map(() => start(['x']).result));
  expect(results.map(({ code, output }) => [code, output])).toEqual(Array(3).fill([0, '["x"]\n']));
  expect(npmCalls()).toBe(1);
});

it('runs npm ci again where it was killed, and waits for the npm that went on alone', async () => {
  const { start, npmCalls, path } = createCheckout();
  writeFileSync(path('npm.hangs'), '');
  const { child, result } = start(['x']);
  while (npmCalls() === 0 || !readFileSync(path('.nx/npm-ci.lock'), 'utf8').includes('},{')) await sleep(20);
  child.kill('SIGKILL');
  await result.catch(() => {});
  const npm = JSON.parse(readFileSync(path('.nx/npm-ci.lock'), 'utf8')).owners[1].pid;
  rmSync(path('npm.hangs'));

  const second = start(['x']);
  await sleep(500);
  expect(npmCalls()).toBe(1);
  process.kill(npm, 'SIGKILL');
  expect(await second.result).toMatchObject({ code: 0, output: '["x"]\n' });
  expect(npmCalls()).toBe(2);
});

it('says in what npm ci failed, and does not go on', async () => {
  const { start, path } = createCheckout();
  writeFileSync(path('npm.fails'), '');
  const { code, output, errors } = await start(['x']).result;
  expect({ code, output }).toEqual({ code: 1, output: '' });
  expect(errors).toContain('npm ci failed: npm error network is unreachable');
});

it.each([
  [['x'], { FSG_BACKEND: 'gpu' }, 'FSG_BACKEND is "gpu"'],
  [['setup', '--cuda'], {}, 'unknown option --cuda'],
])('refuses %j with %j', async (args, env, message) => {
  const { start, npmCalls } = createCheckout();
  const { code, errors } = await start(args, env).result;
  expect(code).toBe(2);
  expect(errors).toContain(message);
  expect(npmCalls()).toBe(0);
});
