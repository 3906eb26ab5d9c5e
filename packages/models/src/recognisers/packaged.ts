/** Weight files that come inside npm packages. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '@fsg/engine/error';

const require = createRequire(import.meta.url);

export interface PackagedFile {
  /** For example '@vladmandic/human'. */
  readonly packageName: string;
  /** From the package's folder, for example 'models/faceres.bin'. */
  readonly path: string;
}

/** Reads a file of an installed package. Throws a UserError that names it where it is not there. */
export function readPackaged({ packageName, path }: PackagedFile): Buffer {
  try {
    return readFileSync(join(folderOf(packageName), path));
  } catch (error) {
    throw new UserError(
      `cannot read ${path} of the package ${packageName} (${(error as Error).message}); run npm ci`,
    );
  }
}

/** By the entry point, because not every package lets its package.json be resolved: the folder above dist/. */
function folderOf(packageName: string): string {
  return join(dirname(require.resolve(packageName)), '..');
}

/** The bytes as an ArrayBuffer of their own (a Buffer may be a window on a larger one). */
export const ownBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
