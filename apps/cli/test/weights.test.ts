/** Weight files and golden folders on the command line. Origin of the files: packages/models/test/golden/README.md. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSafetensors } from '@fsg/models';
import { describe, expect, test } from 'vitest';
import { folderWith, fsg } from './support.ts';

const GOLDEN = fileURLToPath(new URL('../../../packages/models/test/golden', import.meta.url));

describe('weights', () => {
  test('show: tensors, hashes and the network that they fit', async () => {
    const file = join(GOLDEN, 'vae.pth');
    const { code, stdout } = await fsg(['weights', 'show', file, '--json']);
    expect(code).toBe(0);
    const shown = JSON.parse(stdout);
    expect(shown).toMatchObject({
      format: 'torch zip',
      network: { network: 'vae', size: { dim: 64, zDim: 96 } },
    });
    expect(shown.tensors[0]).toMatchObject({
      name: 'encoder.encoder_blocks.0.0.layers.0.weight',
      shape: [8, 3, 3, 3],
      dtype: 'F32',
    });
    const text = await fsg(['weights', 'show', file]);
    expect(text.stdout).toMatch(/\nfits vae, dim 64, zDim 96\n$/);
  });

  test('convert: safetensors with every bit; no file is overwritten', async () => {
    const cwd = folderWith({ 'there.safetensors': 'mine' });
    const convert = (out: string) =>
      fsg(['weights', 'convert', join(GOLDEN, 'gen.legacy.pth'), '-o', out], { cwd });
    expect((await convert('gen.safetensors')).code).toBe(0);
    const one = JSON.parse((await fsg(['weights', 'show', join(GOLDEN, 'gen.pth'), '--json'])).stdout);
    const two = JSON.parse((await fsg(['weights', 'show', 'gen.safetensors', '--json'], { cwd })).stdout);
    expect(two.tensors).toEqual(one.tensors);
    const refused = await convert('there.safetensors');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/there\.safetensors exists already/),
    });
    expect(readFileSync(join(cwd, 'there.safetensors'), 'utf8')).toBe('mine');
  });

  test('what is no weight file is refused in one line', async () => {
    const cwd = folderWith({ 'x.pth': 'hello' });
    const { code, stderr } = await fsg(['weights', 'show', 'x.pth'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: x\.pth: something else; expected weights as \.safetensors.*\n$/);
  });
});

describe('eval of weight files', () => {
  test('measures a generator and a structure network made elsewhere', async () => {
    const cwd = folderWith({});
    const networks = [join(GOLDEN, 'gen.pth'), join(GOLDEN, 'vae.legacy.pth')];
    const few = ['count=4', 'data.source.identities=24', 'data.source.imagesPerIdentity=1'];
    const { code, stdout } = await fsg(['eval', ...networks, '-o', 'out', ...few, '--json'], { cwd });
    expect(code).toBe(0);
    const table = JSON.parse(stdout);
    expect(table.sources.map(({ run }: { run: string }) => run)).toEqual(['gen.pth', 'vae.legacy.pth']);
    expect(JSON.parse(readFileSync(join(cwd, 'out/table.json'), 'utf8'))).toEqual(table);
    const rows = table.sections[0].rows.map(({ key }: { key: string }) => key);
    expect(rows).toEqual([
      'occluded',
      'mean-face',
      'inpainting',
      'stage-one',
      'network',
      'composite',
      'oracle',
    ]);
  });

  test('a generator alone, or no place for the results, is told', async () => {
    const file = join(GOLDEN, 'gen.pth');
    const alone = await fsg(['eval', file, '-o', 'out'], { cwd: folderWith({}) });
    expect(alone).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/name the structure network after it/),
    });
    const nowhere = await fsg(['eval', file, join(GOLDEN, 'vae.pth')], { cwd: folderWith({}) });
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringMatching(/-o FOLDER/) });
    const swapped = await fsg(['eval', join(GOLDEN, 'vae.pth'), file, '-o', 'out'], { cwd: folderWith({}) });
    expect(swapped.stderr).toMatch(/vae\.pth holds vae, no generator/);
  });

  test('a place where nothing can be written is told before anything is measured', async () => {
    const networks = [join(GOLDEN, 'gen.pth'), join(GOLDEN, 'vae.pth')];
    const cwd = folderWith({ 'a file': '' });
    const { code, stderr } = await fsg(['eval', ...networks, '-o', 'a file/out'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: cannot write into a file.out: a file stands where a folder should be \(ENOTDIR\)\n$/,
    );
  });
});

describe('weight files in recipes', () => {
  const files = (name: string): string => join(GOLDEN, name);
  const train = (...overrides: string[]) =>
    fsg(['train', 'demo-fast/stage2', `structure=${files('vae.pth')}`, '--dry-run', '--json', ...overrides]);
  const init = `init=[${files('gen.pth')}, ${files('dis.legacy.pth')}]`;

  test('structure and init take them', async () => {
    const { code, stdout } = await train(init, 'model.dim=64');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ synthetic: true, gflop: expect.any(Number) });
  });

  test('of another size or of no use, they are named with what was expected', async () => {
    const small = await train(init, 'model.dim=32');
    expect(small).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/gen\.pth has dim 64; the recipe's has dim 32/),
    });
    const useless = await train(`init=${files('vae.pth')}`, 'model.dim=64');
    expect(useless.stderr).toMatch(/init: .*vae\.pth holds none of generator, discriminator/);
  });
});

describe('parity', () => {
  test('passes on the golden folder and writes all that was computed', async () => {
    const cwd = folderWith({});
    const { code, stdout } = await fsg(['parity', GOLDEN, '--write', 'found.safetensors', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ passed: true });
    const found = readSafetensors(readFileSync(join(cwd, 'found.safetensors')), 'found');
    expect(found['train/stage2_total']?.shape).toEqual([]);
    expect(found['eval/gen_out']?.shape).toEqual([2, 3, 128, 128]);
    expect(Object.values(found).every(({ dtype }) => dtype === 'F32')).toBe(true);
  });

  test('tells a miss, exits 1, and writes nonetheless', async () => {
    const cwd = folderWith({});
    const folder = join(cwd, 'golden');
    cpSync(GOLDEN, folder, { recursive: true });
    const file = join(folder, 'train.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 0x40;
    writeFileSync(file, bytes);
    const { code, stdout } = await fsg(['parity', folder, '--write', 'found.safetensors'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^train .*MISSED/m);
    expect(stdout.match(/ ok( |$)/gm)?.length).toBe(11);
    expect(readFileSync(join(cwd, 'found.safetensors')).length).toBeGreaterThan(1e6);
  });
});
