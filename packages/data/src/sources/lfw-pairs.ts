/** LFW's protocol of verification: which two pictures are to be told the same person's, or not. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../error.ts';
import { wrongLine } from './name-list.ts';

/** The picture `Name_Surname_0001`: name and number. */
export interface LfwPicture {
  readonly name: string;
  readonly number: number;
}

export interface LfwPair {
  readonly same: boolean;
  readonly a: LfwPicture;
  readonly b: LfwPicture;
}

/**
 * Reads `pairs.txt` (in its first line the number of folds and of matched pairs in each; as many mismatched ones follow in
 * each) or `pairsDevTrain.txt` and `pairsDevTest.txt` (the number of pairs alone: one fold). Throws a `UserError` that
 * names the line.
 */
export async function readPairs(path: string): Promise<{ folds: LfwPair[][] }> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`${path}: ${error.message}: LFW's list of pairs was expected`);
  });
  const lines = text.trimEnd().split(/\r?\n/);
  const head = /^\s*(?:(\d+)\s+)?(\d+)\s*$/.exec(lines[0] as string);
  if (!head)
    throw wrongLine(path, 0, lines[0] as string, 'the number of folds and of pairs, such as "10 300"');
  const [folds, pairs] = [Number(head[1] ?? 1), Number(head[2])];
  const rows = 2 * folds * pairs;
  if (lines.length - 1 !== rows) {
    throw new UserError(`${path}: ${lines.length - 1} pairs where its first line makes it ${rows}`);
  }
  return {
    folds: Array.from({ length: folds }, (_, fold) =>
      Array.from({ length: 2 * pairs }, (_, i) => {
        const line = 1 + 2 * fold * pairs + i;
        return pairIn(path, line, lines[line] as string, i < pairs);
      }),
    ),
  };
}

function pairIn(path: string, index: number, line: string, same: boolean): LfwPair {
  const fields = line.trim().split(/\s+/);
  const [name, first, ...rest] = fields as [string, string, ...string[]];
  const [other, second] = same ? [name, rest[0]] : [rest[0], rest[1]];
  const numbers = [first, second].map((field) => (/^\d+$/.test(field ?? '') ? Number(field) : 0));
  if (fields.length !== (same ? 3 : 4) || numbers.includes(0)) {
    const expected = same ? 'a matched pair, "name n1 n2"' : 'a mismatched pair, "name1 n1 name2 n2"';
    throw wrongLine(path, index, line, expected);
  }
  const [a, b] = numbers as [number, number];
  return { same, a: { name, number: a }, b: { name: other as string, number: b } };
}
