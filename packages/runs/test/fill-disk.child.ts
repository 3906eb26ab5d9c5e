/** On a small disk: saves until it is full, logs until it is full, then says what can still be read. */
import { join } from 'node:path';
import {
  FileStore,
  Journal,
  markBest,
  readJournal,
  readLatestCheckpoint,
  saveCheckpoint,
} from '../src/index.ts';
import { checkpointFiles } from './checkpoint-files.ts';

const [root] = process.argv.slice(2) as [string];
const store = new FileStore(join(root, 'run'));
const path = join(root, 'journal.jsonl');
const journal = new Journal(path, () => 0);

async function untilFull(
  act: (step: number) => void | Promise<void>,
): Promise<{ steps: number; said: string }> {
  for (let step = 1; ; step++) {
    try {
      await act(step);
    } catch (error) {
      return { steps: step - 1, said: (error as Error).message };
    }
  }
}

const saved = await untilFull(async (step) => {
  await saveCheckpoint(store, step, checkpointFiles(step), { meta: {}, time: step });
  await markBest(store, { step, metric: 'psnr', value: step });
});
await store.remove('checkpoints/step-00000001/vae.safetensors');
const logged = await untilFull((step) => journal.metrics(step, { loss: step }));
await store.remove('checkpoints/step-00000002/vae.safetensors');
journal.event(logged.steps, 'end');
journal.close();

const latest = await readLatestCheckpoint(store, (problem) => {
  throw problem;
});
const { entries, damaged } = readJournal(path);
const report = { saved, logged, latest: latest?.manifest.step, entries: entries.length, damaged };
process.stdout.write(JSON.stringify(report));
