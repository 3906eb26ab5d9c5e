/** Files that are there whole or not at all, whatever kills the process or cuts the power. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, fileProblem } from './errors.ts';

/** Writes a new file and waits until the disk has it. Refuses an existing one (EEXIST). */
export async function writeFlushed(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Name of a file that a killed process left: a part of what was to replace another. */
export const UNFINISHED = /\.[0-9a-f]{12}\.new$/;

/**
 * Writes a file in place of what stood there, in a folder made where it is missing: whole or not at all. Throws a UserError
 * that names the file where the file system refuses.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await makeFolder(dirname(path));
    await writeFlushed(aside, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    await rename(aside, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    throw fileProblem(error, `cannot write ${path}`);
  }
}

/** Makes a folder for results that take long to come, and sees that files can be written there. Throws a UserError. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw fileProblem(error, `cannot write into ${folder}`);
  }
}

/** Waits until the disk has a folder's entries: after it a new or renamed file keeps its name. */
export async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows opens no folders, and some network file systems flush none: there the rename alone has to do.
    if (!['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP'].includes(errorCode(error) ?? '')) throw error;
  }
}

/** Makes a folder and those above it, each of them flushed. Node's own recursive mkdir never returns below /proc. */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    if (!(await isFolder(folder))) throw Object.assign(new Error(folder), { code: 'ENOTDIR' });
    // else another process was faster
  }
  await flushFolder(dirname(folder));
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
