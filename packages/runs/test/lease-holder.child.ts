/** Holds the lease of a store, saying its token, and tries to commit a checkpoint whenever it reads a line. */
import { createInterface } from 'node:readline';
import { acquireLease, openStore, saveCheckpoint, takeOver } from '../src/index.ts';

const [address, renewEvery, staleAfter] = process.argv.slice(2) as [string, string, string];
const store = await openStore(address);
const lease = await acquireLease(store, { renewEvery: Number(renewEvery), staleAfter: Number(staleAfter) });
await takeOver(store, lease.token, (problem) => {
  throw problem;
});
process.stdout.write(`token ${lease.token}\n`);
let step = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  step += 100;
  const files = { a: new TextEncoder().encode(`${lease.token}`) };
  const said = await saveCheckpoint(store, step, files, { meta: {}, time: step, token: lease.token }).then(
    () => `saved ${step}`,
    (error: Error) => `${error.constructor.name} ${error.message}`,
  );
  process.stdout.write(`${said}\n`);
}
await lease.release();
