/**
 * A lock that one process holds at a time, as a file that names its owners: process ids with their start times, so that a
 * number used again by another process is not taken for the owner. A lock whose owners are all dead is broken.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from './folder.mjs';

const POLL_MS = 100;
const HEARTBEAT_MS = 5_000;
/** After this long without a sign, the owner on another machine counts as dead. */
const SILENT_MS = 60_000;
/** Longer than any process needs between creating a file and filling it, or to break a lock. */
const MOMENT_MS = 10_000;

/**
 * Runs `work` while holding the lock. `work` gets `adopt(pid)`: a child process that must have ended, too, before
 * anybody else may have the lock. `waiting(pid)` is called once where another process has it. Throws `signal.reason` where
 * that is aborted while another has it.
 */
export async function withLock(file, work, { waiting, signal } = {}) {
  await makeFolder(dirname(file));
  const lock = { host: hostname(), owners: [owner(process.pid)] };
  await acquire(file, lock, waiting, signal);
  const heartbeat = setInterval(
    () => utimes(file, new Date(), new Date()).catch(() => {}),
    HEARTBEAT_MS,
  ).unref();
  const adopt = (pid) => {
    lock.owners.push(owner(pid));
    return replace(file, lock);
  };
  try {
    return await work(adopt);
  } finally {
    clearInterval(heartbeat);
    if (isSame(await readLock(file), lock)) await rm(file, { force: true });
  }
}

async function acquire(file, lock, waiting, signal) {
  for (let told = false; ; ) {
    signal?.throwIfAborted();
    try {
      await writeFile(file, JSON.stringify(lock), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (await isStale(file)) {
      await breakStale(file);
      continue;
    }
    const pid = told ? undefined : (await readLock(file))?.owners[0].pid;
    if (pid !== undefined) waiting?.(pid);
    told ||= pid !== undefined;
    await sleep(POLL_MS);
  }
}

/** Only one process at a time may break the lock, or it might remove the one that another has just made. */
async function breakStale(file) {
  const breaker = `${file}.breaking`;
  try {
    await writeFile(breaker, '', { flag: 'wx' });
  } catch {
    if ((await age(breaker)) > MOMENT_MS) await rm(breaker, { force: true });
    return sleep(POLL_MS);
  }
  if (await isStale(file)) await rm(file, { force: true });
  await rm(breaker, { force: true });
}

async function isStale(file) {
  const silent = await age(file);
  const lock = await readLock(file);
  if (!lock) return silent > MOMENT_MS;
  if (lock.host !== hostname()) return silent > SILENT_MS;
  return lock.owners.every(({ pid, start }) => startOf(pid) !== start);
}

async function replace(file, lock) {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, JSON.stringify(lock));
  await rename(aside, file);
}

async function readLock(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

function isSame(a, b) {
  return (
    a !== null &&
    a.host === b.host &&
    a.owners[0].pid === b.owners[0].pid &&
    a.owners[0].start === b.owners[0].start
  );
}

/** Milliseconds since the file was last touched; 0 where it is gone. */
async function age(file) {
  try {
    return Date.now() - (await stat(file)).mtimeMs;
  } catch {
    return 0;
  }
}

const owner = (pid) => ({ pid, start: startOf(pid) });

/** When a process started, in the system's own words; null where it is not running. */
function startOf(pid) {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? null : fields[19];
  } catch {
    return null;
  }
}
