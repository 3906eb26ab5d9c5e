/** Networks that come inside npm packages. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GraphModel } from '@tensorflow/tfjs';
import { UserError } from './error.ts';
import { type GraphModelFile, graphModel } from './graph-model.ts';

export interface PackagedFile {
  /** For example '@vladmandic/human'. */
  readonly packageName: string;
  /** From the package's folder, for example 'models/faceres.bin'. */
  readonly path: string;
  /** `import.meta.url` of a module whose package depends on that one. */
  readonly from: string;
}

/** Reads a file of an installed package. Throws a UserError that names it where it is not there. */
export function readPackaged({ packageName, path, from }: PackagedFile): Buffer {
  try {
    return readFileSync(join(folderOf(packageName, from), path));
  } catch (error) {
    throw new UserError(
      `cannot read ${path} of the package ${packageName} (${(error as Error).message}); run npm ci`,
    );
  }
}

/** Opens the graph model `path`.json with its weights in `path`.bin, which are given back too. Throws as readPackaged. */
export async function openPackagedGraph(
  file: PackagedFile,
): Promise<{ readonly network: GraphModel; readonly weights: Buffer }> {
  const weights = readPackaged({ ...file, path: `${file.path}.bin` });
  const json = readPackaged({ ...file, path: `${file.path}.json` });
  return { network: await graphModel(JSON.parse(json.toString()) as GraphModelFile, weights), weights };
}

/** By the entry point, because not every package lets its package.json be resolved: the folder above dist/. */
function folderOf(packageName: string, from: string): string {
  return join(dirname(createRequire(from).resolve(packageName)), '..');
}
