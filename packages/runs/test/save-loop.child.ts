/** Saves checkpoints one after the other, marks the best and prunes, until it is killed; says each step it has saved. */
import { latestCheckpoint, markBest, openStore, pruneCheckpoints, saveCheckpoint } from '../src/index.ts';
import { checkpointFiles } from './checkpoint-files.ts';

const [address] = process.argv.slice(2) as [string];
const store = await openStore(address);
const noneDamaged = (problem: Error): never => {
  throw problem;
};
const start = (await latestCheckpoint(store, noneDamaged))?.step ?? 0;
process.stdout.write('ready\n');
for (let step = start + 1; ; step++) {
  await saveCheckpoint(store, step, checkpointFiles(step), { meta: { step }, time: step });
  process.stdout.write(`${step}\n`);
  if (step % 5 === 0) await markBest(store, { step, metric: 'psnr', value: step });
  await pruneCheckpoints(store, 2);
}
