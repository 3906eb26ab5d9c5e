/** The table in docs/reliability.md, between two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Ordeal, Trial } from './trial.ts';

export interface Result {
  readonly ordeal: Ordeal;
  readonly trial: Trial;
  readonly seconds: number;
}

const PATH = fileURLToPath(new URL('../../../docs/reliability.md', import.meta.url));
const [BEGIN, END] = ['<!-- torture: written by --write -->', '<!-- /torture -->'];

/** `ms`: how long the whole took. */
export function writeTable(ms: number, results: readonly Result[]): void {
  const [before, rest = ''] = readFileSync(PATH, 'utf8').split(BEGIN);
  const [, after] = rest.split(END);
  if (before === undefined || after === undefined) throw new Error(`${PATH} lacks ${BEGIN} or ${END}`);
  writeFileSync(PATH, `${before}${BEGIN}\n\n${table(ms, results)}\n\n${END}${after}`);
}

function table(ms: number, results: readonly Result[]): string {
  const day = new Date().toISOString().slice(0, 10);
  return [
    `Last whole run: ${day}, ${Math.round(ms / 60_000)} minutes on two cores of an AMD EPYC.`,
    '',
    '| # | promise | how it is broken | command | tried | failed |',
    '|---|---|---|---|---|---|',
    ...results.map(row),
  ].join('\n');
}

function row({ ordeal: { id, promise, test }, trial }: Result): string {
  const { counts, notes, leftOut, failures } = trial;
  const without = leftOut.map((what) => `left out: ${what}`);
  const tried = [counts, ...notes, ...without].join('; ');
  const failed = failures.length > 0 ? `**${failures.length}**: ${failures.join('; ')}` : '0';
  return `| ${[id, promise, test, `\`npm run torture -- --only ${id}\``, tried, failed].join(' | ')} |`;
}
