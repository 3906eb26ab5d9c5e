/** Picture files by name, in a folder. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../error.ts';
import { PICTURE_NAME } from '../picture.ts';
import { UnusableFace } from '../unusable.ts';

/** Names are paths from the source's root, with forward slashes. */
export interface PictureFiles {
  /** In the order of their code points. */
  readonly names: readonly string[];
  /** The file's bytes. Throws an `UnusableFace` where it is missing, too large or cannot be read. */
  read(name: string): Promise<Uint8Array>;
  /** In bytes; undefined where there is no such file. */
  sizeOf(name: string): number | undefined;
}

const MOST_BYTES = 256 * 2 ** 20;

/** The pictures in some folders below the root; `deep`: and in the folders in them. Throws a `UserError` where one is not there. */
export function folderFiles(root: string, folders: readonly string[], deep = false): PictureFiles {
  const names = folders.flatMap((folder) => listed(root, folder, deep));
  const sizeOf = (name: string): number | undefined =>
    statSync(join(root, name), { throwIfNoEntry: false })?.size;
  return {
    names: inCodePointOrder(names),
    sizeOf,
    async read(name) {
      checkSize(name, sizeOf(name));
      try {
        // Not in turns with other work, which a thread of its own has none of: a tenth of the time.
        return readFileSync(join(root, name));
      } catch (error) {
        throw new UnusableFace(name, `it cannot be read: ${(error as Error).message}`);
      }
    },
  };
}

export function checkSize(name: string, bytes: number | undefined): void {
  if (bytes === undefined) throw new UnusableFace(name, 'it is missing');
  if (bytes <= MOST_BYTES) return;
  throw new UnusableFace(
    name,
    `it has ${Math.round(bytes / 2 ** 20)} MiB; ${MOST_BYTES / 2 ** 20} at most are read`,
  );
}

function listed(root: string, folder: string, deep: boolean): string[] {
  const names: string[] = [];
  for (const entry of entriesOf(join(root, folder))) {
    // Hidden files are the system's: thumbnails, and what macOS writes beside each file in archives.
    if (entry.name.startsWith('.')) continue;
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (PICTURE_NAME.test(name) && !entry.isDirectory()) names.push(name);
    else if (deep && isFolder(join(root, name))) names.push(...listed(root, name, false));
  }
  return names;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new UserError(`${folder}: ${(error as Error).message}: a folder of pictures was expected`);
  }
}

export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** UTF-8 keeps the order of code points, which a comparison of strings does not. */
function inCodePointOrder(names: readonly string[]): string[] {
  return names
    .map((name) => [name, Buffer.from(name)] as const)
    .sort(([, a], [, b]) => Buffer.compare(a, b))
    .map(([name]) => name);
}
