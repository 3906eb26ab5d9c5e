/** Which of a run's checkpoints other runs were built on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, fileProblem } from './errors.ts';
import { runIds } from './find-run.ts';
import { RECORD } from './run.ts';

/**
 * The steps that records below `root` name as `<id>@<step>` (a config's structure, init and recogniser) or
 * `<id> step <step>` (inputs). Looked for in the text, so that a damaged record still protects what it names.
 */
export async function referencedSteps(root: string, id: string): Promise<number[]> {
  const steps = new Set<number>();
  for (const other of await runIds(root)) {
    const [, ...mentions] = (await readRecord(join(root, other, RECORD))).split(id);
    for (const after of mentions) {
      const step = /^(?:@| step )(\d+)/.exec(after)?.[1];
      if (step !== undefined) steps.add(Number(step));
    }
  }
  return [...steps].sort((a, b) => a - b);
}

/** Empty where the folder holds no run. */
async function readRecord(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw fileProblem(error, `cannot read ${path}`);
  }
}
