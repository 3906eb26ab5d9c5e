/** Text files with a line a picture: its name and what is known of it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '../error.ts';

export interface NameList {
  readonly path: string;
  /** What stands after each name, in the file's order. */
  readonly rows: ReadonlyMap<string, string>;
  /** The number in the first line, where the list has a head. */
  readonly declared?: number;
  /** The names in the second line, where the head has two. */
  readonly columns?: readonly string[];
  /** Of the file's content. */
  readonly sha256: string;
}

export interface NameListForm {
  /** What may stand after a name. */
  readonly value: RegExp;
  /** A line as it should be. */
  readonly example: string;
  /** Lines before the rows: the first one is their number. */
  readonly head?: 0 | 1 | 2;
}

/** Throws a `UserError` that names file and line where one is not of the form, or names a picture again. */
export async function readNameList(
  path: string,
  { value, example, head = 0 }: NameListForm,
): Promise<NameList> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`${path}: ${error.message}: a list of lines such as "${example}" was expected`);
  });
  const lines = text.split(/\r?\n/);
  const rows = new Map<string, string>();
  for (let i = head; i < lines.length; i++) {
    const line = (lines[i] as string).trim();
    if (line === '') continue;
    const [name, rest] = halves(line);
    if (!value.test(rest)) throw wrongLine(path, i, line, `a line such as "${example}"`);
    if (rows.has(name)) throw wrongLine(path, i, line, 'each name once');
    rows.set(name, rest);
  }
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    path,
    rows,
    sha256,
    ...(head > 0 && { declared: numberIn(path, lines[0] as string) }),
    ...(head > 1 && { columns: (lines[1] ?? '').trim().split(/\s+/) }),
  };
}

function halves(line: string): [string, string] {
  const at = line.search(/\s/);
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at).trim()];
}

function numberIn(path: string, line: string): number {
  if (/^\s*\d+\s*$/.test(line)) return Number(line);
  throw wrongLine(path, 0, line, 'the number of rows');
}

/** `index`: from 0. */
export const wrongLine = (path: string, index: number, found: string, expected: string): UserError =>
  new UserError(`${path}, line ${index + 1}: found ${JSON.stringify(found)}, expected ${expected}`);
