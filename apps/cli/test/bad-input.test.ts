import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderWith, fsg } from './support.ts';

/** Not root: root may write everywhere. */
const NOBODY = process.getuid?.() === 0 ? 65534 : undefined;

const RECIPE = 'stage: stage1\ndata: {}\nbatch: 8\nepochs: 1\n';

/** Each: arguments, the one line on stderr, the exit code. */
const MISTAKES: [string, string | RegExp, 1 | 2][] = [
  ['trian', 'unknown command trian; nearest: train; see fsg --help', 2],
  ['runs lits', 'unknown command lits; nearest: list; see fsg runs --help', 2],
  ['train --jsn', 'unknown option --jsn; nearest: --json; see fsg train --help', 2],
  ['--jsn doctor', 'unknown option --jsn; nearest: --json; see fsg --help', 2],
  ['train', 'fsg train needs a recipe, such as recipes/demo/stage1.yaml, or --resume RUN', 2],
  ['runs list x', /^too many arguments for 'list'.*; usage: fsg runs list/, 2],
  ['synth demo/stage1', /^required option '-o, --out <folder>' not specified; usage: fsg synth /, 2],
  [
    'synth demo/stage1 -o x --workers 2.5',
    /argument '2.5' is invalid. expected a whole number from 1; usage: /,
    2,
  ],
  ['models demo/stge1', 'no recipe demo/stge1: there is no such file; nearest: recipes/demo/stage1.yaml', 2],
  ['models bad.yaml', 'bad.yaml:2: not valid YAML: Nested mappings are not allowed in compact mappings', 2],
  [
    'models a.yaml optimiser.rte=1',
    'command line, optimiser.rte=1: unknown key optimiser.rte; nearest valid key: optimiser.rate',
    2,
  ],
  ['models a.yaml batch=many', 'command line, batch=many: batch: found "many", expected number', 2],
  ['models unknown.yaml', 'unknown.yaml:5: unknown key epohcs; nearest valid key: epochs', 2],
  ['runs show x', /^no run x: .*\/runs holds no run$/, 1],
  [
    'runs list --runs a.yaml',
    /^cannot read .*\/a\.yaml: a file stands where a folder should be \(ENOTDIR\)$/,
    1,
  ],
  ['train --resume 2026', /^no run 2026: .*\/runs holds no run$/, 1],
  ['data splt', 'unknown command splt; nearest: split; see fsg data --help', 2],
  [
    'data verify gone',
    /^gone\/dataset\.json: ENOENT.*; a data set's folder was expected: make one with fsg synth$/,
    1,
  ],
  [
    'data stats .',
    '.: the folder has no dataset.json; expected a data set that fsg synth wrote, or a recipe',
    2,
  ],
  [
    'data split demo/stge1',
    'no recipe demo/stge1: there is no such file; nearest: recipes/demo/stage1.yaml',
    2,
  ],
  ['data stats a.yaml cuont=3', 'command line, cuont=3: unknown key cuont; nearest valid key: count', 2],
  [
    'data split a.yaml -o a.yaml/sides.csv',
    /^cannot write a\.yaml\/sides\.csv: a file stands where a folder should be \(ENOTDIR\)$/,
    1,
  ],
  ['data preview a.yaml --people 0', /argument '0' is invalid. expected a whole number from 1; usage: /, 2],
  ['report gone/run', /gone\/run is no run: it has no run\.json$/, 1],
];

const FILES = {
  'a.yaml': RECIPE,
  'bad.yaml': 'stage: stage1\na: b: c\n',
  'unknown.yaml': `${RECIPE}epohcs: 2\n`,
};
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fsg-cli-'));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(cwd, name), content);
});
afterAll(() => rmSync(cwd, { recursive: true }));

test.concurrent.each(MISTAKES)('fsg %s', async (args, message, exitCode) => {
  const { code, stdout, stderr } = await fsg(args.split(' '), { cwd });
  expect(stdout).toBe('');
  const [line = '', ...more] = stderr.trimEnd().split('\n');
  expect(more).toEqual([]);
  expect(line).toMatch(/^error: /);
  const told = line.slice('error: '.length);
  if (typeof message === 'string') expect(told).toBe(message);
  else expect(told).toMatch(message);
  expect(code).toBe(exitCode);
});

test('help without a command is wrong use, with one it is an answer', async () => {
  const [bare, asked] = await Promise.all([fsg([]), fsg(['--help'])]);
  expect([bare.code, bare.stdout]).toEqual([2, '']);
  expect([asked.code, asked.stderr]).toEqual([0, '']);
  expect(asked.stdout).toBe(bare.stderr);
  expect(asked.stdout).toMatch(/Commands:\n {2}doctor /);
});

test('a folder that may not be written is said before anything is trained', async () => {
  const folder = folderWith({ 'a.yaml': RECIPE, 'locked/x': '' });
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'locked'), 0o555);
  const args = ['train', 'a.yaml', '--runs', 'locked/runs'];
  const { code, stdout, stderr } = await fsg(args, {
    cwd: folder,
    ...(NOBODY !== undefined && { uid: NOBODY }),
  });
  expect([code, stdout]).toEqual([1, '']);
  const told = `error: cannot make a run in ${folder}/locked/runs: no permission; `;
  expect(stderr).toContain(`${told}change the permissions or choose another place (EACCES)\n`);
});

test('a stack is shown with --debug and only then', async () => {
  const args = ['runs', 'show', 'x'];
  const [plain, debug] = await Promise.all([fsg(args), fsg([...args, '--debug'])]);
  expect(plain.stderr).not.toMatch(/\n\s+at /);
  expect(debug.stderr).toMatch(/^error: UserError: no run x.*\n\s+at /);
  expect(debug.code).toBe(plain.code);
});
