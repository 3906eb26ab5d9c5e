/** On a small disk: a save with only so many pages free, for each number of pages that a save may take; prints what came of it. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore, markBest, readLatestCheckpoint, saveCheckpoint } from '@fsg/runs';
import { checkpointFiles } from '@fsg/runs/testing';

const [root] = process.argv.slice(2) as [string];
const PAGE = 4096;
/** A save takes 27 pages. */
const MOST = 30;

for (let free = 0; free <= MOST; free++) {
  const folder = join(root, `run-${free}`);
  const store = new FileStore(folder);
  const save = async (step: number): Promise<string> => {
    try {
      await saveCheckpoint(store, step, checkpointFiles(step), { meta: {}, time: step });
      await markBest(store, { step, metric: 'psnr', value: step });
      return 'saved';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const latest = async (): Promise<number | string | undefined> =>
    readLatestCheckpoint(store, (problem) => {
      throw problem;
    }).then(
      (found) => found?.manifest.step,
      ({ message }) => message,
    );
  await save(1);
  const release = fill(join(root, 'filler'), free);
  const [said, after] = [await save(2), await latest()];
  release();
  const [then, last] = [await save(3), await latest()];
  process.stdout.write(`${JSON.stringify({ free, said, after, then, last })}\n`);
  await rm(folder, { recursive: true });
}

/** Takes all space but so many pages; what it gives back frees all. */
function fill(path: string, free: number): () => void {
  const file = openSync(path, 'w');
  let size = 0;
  try {
    for (;;) size += writeSync(file, Buffer.alloc(PAGE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  ftruncateSync(file, size - free * PAGE);
  return () => {
    ftruncateSync(file, 0);
    closeSync(file);
  };
}
