/** Recomputes a golden folder and compares: are these the networks, losses and updates that its maker has? */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine } from '@fsg/engine';
import {
  readSafetensors,
  readWeightFile,
  type StoredTensors,
  UserError,
  writeSafetensors,
} from '@fsg/models';
import { replaceFile } from '@fsg/runs';
import { compareGolden, type GoldenSet, type ParityRow, recomputeGolden } from '@fsg/trainer';

const WEIGHTS = { vae: 'vae.pth', generator: 'gen.pth', discriminator: 'dis.pth' } as const;
const ENDING = '.safetensors';

export interface Parity {
  readonly backend: string;
  readonly rows: readonly ParityRow[];
  readonly passed: boolean;
}

/** `write`: a file for all that was computed, whether it agrees or not. */
export async function parityTask(folder: string, write: string | undefined): Promise<Parity> {
  const { backend } = await startEngine();
  const golden = await readGolden(folder);
  const recomputed = recomputeGolden(golden, folder);
  if (write !== undefined) await replaceFile(write, writeSafetensors(named(recomputed)));
  const rows = compareGolden(golden, recomputed);
  return { backend, rows, passed: rows.every(({ passed }) => passed) };
}

async function readGolden(folder: string): Promise<GoldenSet> {
  const names = await readdir(folder).catch((error: Error) => {
    throw new UserError(`cannot read ${folder}: ${error.message}`);
  });
  const weights = await Promise.all(
    Object.entries(WEIGHTS).map(async ([network, file]) => {
      const { tensors } = await readWeightFile(join(folder, file));
      return [network, tensors];
    }),
  );
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith(ENDING))
      .map(async (name): Promise<[string, StoredTensors]> => {
        const path = join(folder, name);
        return [name.slice(0, -ENDING.length), readSafetensors(await readFile(path), path)];
      }),
  );
  return { weights: Object.fromEntries(weights), files: Object.fromEntries(files) };
}

/** `<golden file>/<tensor>` */
const named = (recomputed: Readonly<Record<string, StoredTensors>>): StoredTensors =>
  Object.fromEntries(
    Object.entries(recomputed).flatMap(([file, tensors]) =>
      Object.entries(tensors).map(([name, tensor]) => [`${file}/${name}`, tensor]),
    ),
  );
