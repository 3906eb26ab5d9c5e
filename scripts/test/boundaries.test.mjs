/** The linter must refuse what breaks the layers: each violation is written into a small workspace under this project's rules. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../root.mjs';

/** Who may import whom. */
const LAYERS = {
  engine: [],
  runs: [],
  plots: [],
  data: ['engine', 'plots'],
  models: ['engine'],
  trainer: ['engine', 'data', 'models', 'runs'],
  eval: ['engine', 'data', 'models', 'plots', 'runs'],
};

/** Writes files into a small workspace and gives the rules that they break there. */
function violations(files) {
  const root = mkdtempSync(join(tmpdir(), 'fsg-boundaries-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const { vcs, $schema, ...rules } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
  const workspace = {
    'biome.json': JSON.stringify({ ...rules, formatter: { enabled: false }, assist: { enabled: false } }),
    'package.json': JSON.stringify({ name: 'root', workspaces: ['packages/*'] }),
  };
  for (const [name, layers] of Object.entries(LAYERS)) {
    const dependencies = Object.fromEntries(layers.map((layer) => [`@fsg/${layer}`, '*']));
    workspace[`packages/${name}/package.json`] = JSON.stringify({ name: `@fsg/${name}`, dependencies });
    workspace[`packages/${name}/src/index.ts`] = 'export const x = 1;\n';
  }
  for (const [path, content] of Object.entries({ ...workspace, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '.'], {
    cwd: root,
    encoding: 'utf8',
  });
  return [...new Set(JSON.parse(stdout).diagnostics.map(({ category }) => category))];
}

const use = (from) => `import { x } from '${from}';\nexport const y = x;\n`;

it.each(Object.entries(LAYERS))(
  '%s depends on no other packages of this workspace than its layer may',
  (name, layers) => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'),
    );
    const used = Object.keys({ ...dependencies, ...devDependencies }).filter((dependency) =>
      dependency.startsWith('@fsg/'),
    );
    expect(layers.map((layer) => `@fsg/${layer}`)).toEqual(expect.arrayContaining(used));
  },
);

it.each([
  ['a lower layer by its name', 'packages/trainer/src/good.ts', '@fsg/data'],
  ['the package itself from a deeper folder', 'packages/data/test/children/good.ts', '../../src/index.ts'],
])('the linter allows %s', (_what, file, from) => {
  expect(violations({ [file]: use(from) })).toEqual([]);
});

it.each([
  ['a higher layer', 'packages/engine/src/bad.ts', '@fsg/data', 'lint/correctness/noUndeclaredDependencies'],
  ['a neighbour', 'packages/eval/src/bad.ts', '@fsg/trainer', 'lint/correctness/noUndeclaredDependencies'],
  [
    'an undeclared package',
    'packages/data/src/bad.ts',
    'left-pad',
    'lint/correctness/noUndeclaredDependencies',
  ],
  [
    'a relative way out',
    'packages/data/src/bad.ts',
    '../../engine/src/index.ts',
    'lint/style/noRestrictedImports',
  ],
  [
    'a longer way out',
    'packages/data/src/a/bad.ts',
    '../../../engine/src/index.ts',
    'lint/style/noRestrictedImports',
  ],
  [
    'another package’s inside',
    'packages/data/src/bad.ts',
    '@fsg/engine/src/index.ts',
    'lint/style/noRestrictedImports',
  ],
])('the linter refuses an import of %s', (_what, file, from, rule) => {
  expect(violations({ [file]: use(from) })).toContain(rule);
});

it('the linter refuses a circle', () => {
  const circle = {
    'packages/data/src/y.ts': use('./index.ts'),
    'packages/data/src/index.ts': "export * from './y.ts';\nexport const x = 1;\n",
  };
  expect(violations(circle)).toEqual(['lint/suspicious/noImportCycles']);
});
