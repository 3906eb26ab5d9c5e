/** What an evaluation measures, as picture files for other programs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Rgb, Sample } from '@fsg/data';
import { batches, type Method, type Restoration } from '@fsg/eval';
import { prepareFolder, replaceFile } from '@fsg/runs';
import sharp from 'sharp';
import type { Context } from './context.ts';
import { BATCH } from './measure-samples.ts';

export interface SaveOptions {
  readonly folder: string;
  readonly samples: AsyncIterable<Sample> | Iterable<Sample>;
  /** Samples. */
  readonly count: number;
  readonly methods: readonly Method[];
}

/**
 * `clean`, `occluded`, `masks` (white where occluded) and a folder for each method, PNGs named after their samples. Samples
 * whose files are all there are passed over, so that a stopped saving goes on.
 */
export async function savePictures(
  { folder, samples, count, methods }: SaveOptions,
  context: Context,
): Promise<void> {
  const made = methods.filter(({ key }) => key !== 'occluded');
  const names = ['clean', 'occluded', 'masks', ...made.map(({ key }) => key)];
  for (const name of names) await prepareFolder(join(folder, name));
  const bar = context.progress('pictures', count, 'images');
  let done = 0;
  for await (const batch of batches(samples, BATCH)) {
    context.signal.throwIfAborted();
    const missing = batch.filter(({ key }) => !names.every((name) => existsSync(fileOf(folder, name, key))));
    if (missing.length > 0) await saveBatch(missing, made, folder);
    done += batch.length;
    bar.at(done);
  }
  bar.end();
}

async function saveBatch(
  batch: readonly Sample[],
  methods: readonly Method[],
  folder: string,
): Promise<void> {
  const restored = new Map<string, readonly Restoration[]>();
  for (const { key, restore } of methods) restored.set(key, await restore(batch));
  for (const [i, { key, clean, occluded, mask }] of batch.entries()) {
    const write = async (name: string, { width, height }: Rgb, data: Uint8Array, channels: 1 | 3) => {
      const picture = sharp(data, { raw: { width, height, channels } });
      await replaceFile(fileOf(folder, name, key), await picture.png().toBuffer());
    };
    await write('clean', clean, clean.data, 3);
    await write('occluded', occluded, occluded.data, 3);
    const white = mask.map((value) => 255 * value);
    await write('masks', clean, white, 1);
    for (const [name, all] of restored) {
      const { image } = all[i] as Restoration;
      await write(name, image, image.data, 3);
    }
  }
}

const fileOf = (folder: string, name: string, key: string): string => join(folder, name, `${key}.png`);
