/** Logs steps to a journal until it is killed; says each step after it was logged. */
import { Journal } from '../src/index.ts';

const [path] = process.argv.slice(2) as [string];
const journal = new Journal(path, Date.now);
for (let step = 1; ; step++) {
  journal.metrics(step, { loss: 1 / step });
  process.stdout.write(`${step}\n`);
  await new Promise(setImmediate);
}
