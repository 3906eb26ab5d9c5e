import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder and those above it. Node's own recursive mkdir never returns where no folder can be made, as in /proc. */
export async function makeFolder(path) {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    if (error.code !== 'EEXIST' || !(await isFolder(path))) throw error; // else another process was faster
  }
}

const isFolder = (path) =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
