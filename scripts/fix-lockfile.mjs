/**
 * Completes package-lock.json after `npm install` (`npm run lock`). npm leaves out optional packages for other platforms that
 * the registry did not serve, and `npm ci` then refuses the lock: their entries are written here. Download addresses are
 * taken out, so that every registry will do.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixLockfile } from './lockfile.mjs';
import { ROOT } from './root.mjs';

const file = join(ROOT, 'package-lock.json');
const { lock, added } = fixLockfile(JSON.parse(readFileSync(file, 'utf8')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added.length} entries added`);
