/** Data sets made of inputs some of which are of no use: the others are stored, whatever the number of workers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DataConfig, openData } from '../src/config.ts';
import { readDataset } from '../src/store/format.ts';
import { synthesise } from '../src/store/synthesise.ts';
import { addTo, drawnFaces, folderWith, png } from './face-files.ts';

const drawn = await drawnFaces(7);
/** Faces 1, 4 and 9 of ten are of no use. */
const LOST = ['01.png', '04.png', '09.png'];

async function inputs(): Promise<string> {
  const good = await Promise.all(drawn.map(({ image }) => png(image)));
  const names = Array.from({ length: 10 }, (_, i) => `0${i}.png`);
  const files = names.map((name) => [name, LOST.includes(name) ? 'no picture' : (good.shift() as Buffer)]);
  return folderWith(Object.fromEntries(files));
}

const configOf = (root: string, mostUnusable: number) =>
  DataConfig.parse({
    source: { kind: 'folder', root, landmarks: 'none', align: 'none' },
    split: { validation: 0, test: 0 },
    mostUnusable,
  });

test('one worker and two make the same set: the good faces in order, again without the bad ones', async () => {
  const config = configOf(await inputs(), 0.5);
  const out = folderWith({});
  const made = await Promise.all(
    [1, 2].map((workers) => synthesise(config, { count: 16, out: join(out, String(workers)), workers })),
  );
  expect(made[1]).toEqual(made[0]);
  expect(made[0]?.setAside).toEqual(
    LOST.map((file) => ({ file, reason: expect.stringMatching(/it is no picture that can be read/) })),
  );
  const manifests = ['1', '2'].map((name) => readFile(join(out, name, 'manifest.jsonl'), 'utf8'));
  const [one, two] = await Promise.all(manifests);
  expect(two).toBe(one);
  const { info, rows } = await readDataset(join(out, '1'));
  expect(info.setAside).toEqual(made[0]?.setAside);
  const good = ['00', '02', '03', '05', '06', '07', '08'];
  expect(rows.map(({ key }) => key)).toEqual([
    ...good,
    ...good.map((key) => `${key}_1`),
    ...good.slice(0, 2).map((key) => `${key}_2`),
  ]);
});

test('so many samples as are asked for come out, and no input beyond is tried', async () => {
  const info = await synthesise(configOf(await inputs(), 0.5), {
    count: 3,
    out: join(folderWith({}), 'set'),
    workers: 2,
  });
  expect(info.count).toBe(3);
  expect(info.setAside.map(({ file }) => file)).toEqual(['01.png']);
});

test('killed after inputs were set aside and before the samples between them were written, the set is the same', async () => {
  const config = configOf(await inputs(), 0.5);
  const out = folderWith({});
  const task = { count: 16, workers: 1 };
  const child = fileURLToPath(new URL('./synthesise.child.ts', import.meta.url));
  const killing = JSON.stringify({ ...task, config, out: join(out, 'killed'), killAt: 5 });
  const killed = spawn(process.execPath, ['--import', 'tsx', child, killing], { stdio: 'inherit' });
  expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL']);
  const partial = join(out, 'killed.partial');
  expect(await readFile(join(partial, 'set-aside.jsonl'), 'utf8')).toContain('04.png');
  const resumed = await synthesise(config, { ...task, out: join(out, 'killed') });
  expect(resumed).toEqual(await synthesise(config, { ...task, out: join(out, 'whole') }));
});

test('more unusable inputs than the recipe allows stop the work, and nothing is left behind', async () => {
  const root = await inputs();
  const out = folderWith({});
  const make = (most: number) =>
    synthesise(configOf(root, most), { count: 10, out: join(out, 'set'), workers: 2 });
  await expect(make(0.2)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(
      /3 of 10 inputs of .* are unusable, .*data.mostUnusable.* 01.png: .*04.png/,
    ),
  });
  await expect(readDataset(join(out, 'set'))).rejects.toThrow();
  expect((await make(0.3)).count).toBe(10);
});

test('where no input is of use, that is said', async () => {
  const root = folderWith({});
  addTo(root, { 'a.png': await png(drawn[0]!.image), 'b.png': await png(drawn[1]!.image) });
  const config = DataConfig.parse({
    source: { kind: 'folder', root, landmarks: join(root, 'marks'), align: {} },
    mostUnusable: 1,
  });
  addTo(root, { marks: '{"format":1,"detector":"test"}\n' });
  await expect(synthesise(config, { count: 5, out: join(root, 'set'), workers: 1 })).rejects.toThrow(
    /2 of 2 inputs/,
  );
});

test('pairs are stored as they are', async () => {
  const clean = drawn[0]!.image;
  const occluded = { ...clean, data: clean.data.map((value, i) => (i < 9000 ? 255 - value : value)) };
  const root = folderWith({
    'complete/a.png': await png(clean),
    'contaminate/img_align_mask/MASK_a.png': await png(occluded),
  });
  const config = DataConfig.parse({ source: { kind: 'pairs', root } });
  const out = join(root, 'set');
  const info = await synthesise(config, { count: 1, out, workers: 1 });
  expect(info.occluders).toEqual({ mask: 1 });
  const { source } = await openData(DataConfig.parse({ source: { kind: 'stored', root: out } }));
  const face = await source.load(0);
  expect(face.occluder).toBe('mask');
  expect(Buffer.compare(face.image.data, Buffer.from(clean.data))).toBe(0);
  expect(Buffer.compare(face.occlusion!.occluded.data, Buffer.from(occluded.data))).toBe(0);
});
