import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { run, withLock } from './runtime.mjs';

/** What the packages take on disk; shown beside their number. */
const MEGABYTES = 770;

/** npm asks for a package's description and for its content. */
const ANSWERS_A_PACKAGE = 2;

const lockfile = join(ROOT, 'package-lock.json');
const modules = join(ROOT, 'node_modules');
/** Written after a good `npm ci`, and inside the folder that the next one empties: a half-made folder never has it. */
const stamp = join(modules, '.fsg-installed');

/** Runs `npm ci` unless the packages are those of the lockfile already. */
export async function installPackages({ env, progress }) {
  if (isInstalled()) return;
  const waiting = (pid) => progress.say(`Waiting for the npm ci of another set-up (process ${pid}) …`);
  // In .nx because git ignores it and npm leaves it alone.
  await withLock(
    join(ROOT, '.nx', 'npm-ci.lock'),
    (adopt) => isInstalled() || install(adopt, { env, progress }),
    { waiting },
  );
}

function isInstalled() {
  try {
    return readFileSync(stamp, 'utf8') === wantedStamp();
  } catch {
    return false;
  }
}

function wantedStamp() {
  const hash = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  return `${hash} ${process.platform}-${process.arch}\n`;
}

async function install(adopt, { env, progress }) {
  await rm(stamp, { force: true });
  const total = countPackages();
  const task = progress.task(`Packages: ${total}, ${MEGABYTES} MB, by npm ci`);
  let answers = 0;
  const said = (text) => {
    answers += text.match(/^npm http (fetch GET 200|cache)/gm)?.length ?? 0;
    task.update(answers / (ANSWERS_A_PACKAGE * total));
  };
  const [npm, ...first] = npmCommand(env);
  const result = await run(npm, [...first, 'ci', '--loglevel=http'], {
    env,
    cwd: ROOT,
    started: adopt,
    said,
  });
  if (result.code !== 0) {
    task.end('failed');
    throw new Error(`npm ci failed: ${lastErrors(result)}`);
  }
  await writeFile(stamp, wantedStamp());
  task.end('installed');
}

/** Run as a script of Node's own: then its process id is npm's, not a shell's. */
function npmCommand({ npm_execpath: npm }) {
  return npm?.match(/\.c?js$/) ? [process.execPath, npm] : ['npm'];
}

function lastErrors({ output, errors }) {
  const lines = `${output}\n${errors}`.split('\n').filter((line) => /npm (error|ERR!)/.test(line));
  return lines.slice(0, 6).join('\n') || errors.trim() || 'it said nothing';
}

/** Packages of the lockfile that this platform gets. */
function countPackages() {
  const { packages } = JSON.parse(readFileSync(lockfile, 'utf8'));
  const fits = ({ os, cpu, libc }) =>
    (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch)) && !libc?.includes('musl');
  return Object.entries(packages).filter(
    ([path, entry]) => path.includes('node_modules/') && !entry.link && fits(entry),
  ).length;
}
