/** Trains the small session in a folder to its end, unless it is killed, and writes down which faces it was given. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '@fsg/engine';
import { FileStore } from '@fsg/runs';
import { smallSession } from './session.ts';

const [folder] = process.argv.slice(2) as [string];
const seen = join(folder, 'seen.jsonl');
await startEngine();
let isFirst = true;
const session = await smallSession(folder, new FileStore(folder), (position, { keys }) => {
  appendFileSync(seen, `${JSON.stringify({ ...position, keys, isFirst })}\n`);
  isFirst = false;
});
await session.run();
