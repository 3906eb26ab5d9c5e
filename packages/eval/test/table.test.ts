import { describe, expect, test } from 'vitest';
import { metricCards } from '../src/metrics/cards.ts';
import type { SampleRecord, Scores } from '../src/protocol.ts';
import { resultsOf } from '../src/results/results.ts';
import { clusteredMean } from '../src/statistics/bootstrap.ts';
import { buildTable, type RowInfo, type TableOptions } from '../src/table/build.ts';
import { renderCsv } from '../src/table/csv.ts';
import { renderHtml } from '../src/table/html.ts';
import { renderMarkdown } from '../src/table/markdown.ts';
import { parseTable, type TableCell } from '../src/table/schema.ts';
import { renderTerminal } from '../src/table/terminal.ts';

const CANARY = '<img src=x onerror=alert(1)>|`*,"';

const cards = metricCards(['faceres']);

function scores(psnr: number | null): Scores {
  return {
    values: Object.fromEntries(cards.map(({ key }) => [key, key === 'hole_iou' ? null : psnr])),
    why: { hole_iou: 'predicts no hole', ...(psnr === null ? { psnr: 'identical' } : {}) },
  };
}

/** Six people with three images each; `b` is 2 dB above `a` but for a little, and identical on one image. */
const records: SampleRecord[] = Array.from({ length: 18 }, (_, i) => {
  const base = 10 + 3 * Math.sin(7 * Math.floor(i / 3)) + 0.1 * (i % 3);
  return {
    key: `s${i}`,
    identity: `p${Math.floor(i / 3)}`,
    occluder: i % 2 === 0 ? 'block' : 'mask',
    area: 0.1,
    sha256: 'f0',
    yaw: 3,
    scores: { a: scores(base), b: scores(i === 4 ? null : base + 2 + 0.05 * Math.cos(i)) },
  };
});

const results = resultsOf(records);
const row = (key: string, label = key) => ({
  key,
  label,
  note: key,
  needsMask: false,
  parts: [{ results, method: key }],
});

const options: TableOptions = {
  title: `Demo ${CANARY}`,
  created: '2026-01-01T00:00:00Z',
  synthetic: true,
  data: { name: 'synthetic people', split: 'test', contentHash: 'ab12' },
  judges: ['faceres'],
  cards,
  rows: [
    row('a', 'method a'),
    { ...row('b', `method b ${CANARY}`), note: CANARY, needsMask: true, runs: ['run-1'], seeds: [3] },
  ],
  references: ['a', 'absent'],
  sources: [{ run: 'run-1', what: 'stage II', checkpoint: 'step-00000010', sha256: 'ff' }],
  bootstrap: { seed: 1, resamples: 500, level: 0.95 },
};
const table = await buildTable(options);
const cell = (section: number, row: number, column: string): TableCell =>
  table.sections[section]?.rows[row]?.cells[column] as TableCell;

describe('buildTable', () => {
  test('a cell is the mean of its samples with count, identities and convention', () => {
    const values = records.map(({ scores: all }) => all.a?.values.psnr as number);
    const found = cell(0, 0, 'psnr');
    expect(found.value).toBeCloseTo(values.reduce((a, b) => a + b) / 18, 12);
    expect(found).toMatchObject({ n: 18, identities: 6, identical: 0, convention: 'psnr' });
    expect(table.conventions.psnr).toContain('range 255');
    expect(table.conventions.similarity_faceres).toContain('faceres');
  });

  test('identical pairs are left out and counted', () => {
    expect(cell(0, 1, 'psnr')).toMatchObject({ n: 17, identical: 1 });
  });

  test('differences are paired: over the samples both have, with a narrow interval', () => {
    const difference = cell(0, 1, 'psnr').differences.a;
    expect(difference?.n).toBe(17);
    expect(difference?.value).toBeCloseTo(2, 1);
    const width = (difference?.high as number) - (difference?.low as number);
    const own = cell(0, 1, 'psnr');
    expect(width).toBeLessThan(0.1 * ((own.high as number) - (own.low as number)));
    expect(cell(0, 0, 'psnr').differences).toEqual({});
  });

  test('a section for each kind of occluder, of its own samples', () => {
    expect(table.sections.map(({ key, samples }) => [key, samples])).toEqual([
      ['all', 18],
      ['block', 9],
      ['mask', 9],
    ]);
    const block = records.filter(({ occluder }) => occluder === 'block');
    const expected = clusteredMean(
      block.map(({ scores: all }) => all.a?.values.psnr as number),
      block.map(({ identity }) => identity),
      options.bootstrap,
    );
    expect(cell(1, 0, 'psnr')).toMatchObject({
      value: expected.value,
      low: expected.low,
      high: expected.high,
    });
  });

  test('what was not measured is null with its reason', () => {
    expect(cell(0, 0, 'hole_iou')).toMatchObject({
      value: null,
      low: null,
      n: 0,
      reason: 'predicts no hole',
    });
  });

  test('a method that was not measured is named', async () => {
    await expect(buildTable({ ...options, rows: [row('c')] })).rejects.toThrow('no scores of c');
  });
});

describe('the file', () => {
  test('reads back as it was written', () => {
    expect(parseTable(JSON.parse(JSON.stringify(table)), 'table.json')).toEqual(table);
  });

  test('another file is refused in one line that names file and field', () => {
    const broken = JSON.parse(JSON.stringify(table));
    broken.sections[0].rows[0].cells.psnr.value = 'high';
    expect(() => parseTable(broken, 'x/table.json')).toThrow(
      /^x\/table\.json is not a table: sections\.0\.rows\.0\.cells\.psnr\.value: .+$/,
    );
    expect(() => parseTable([], 'x')).toThrow('x is not a table: the file');
  });
});

/** RFC 4180, by its grammar. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    (rows.at(-1) as string[]).push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}

describe('renderings', () => {
  const forms = {
    markdown: renderMarkdown(table),
    html: renderHtml(table),
    csv: renderCsv(table),
    terminal: renderTerminal(table, { colour: false }),
  };

  test.each(['markdown', 'html', 'terminal'] as const)(
    '%s shows value, interval and the synthetic mark',
    (form) => {
      const { value, low, high } = cell(0, 0, 'psnr') as { value: number; low: number; high: number };
      expect(forms[form]).toContain(value.toFixed(2));
      expect(forms[form]).toContain(`${low.toFixed(2)} … ${high.toFixed(2)}`);
      expect(forms[form].toLowerCase()).toContain('synthetic');
      expect(forms[form]).toContain('18 images of 6 synthetic people');
    },
  );

  test('HTML holds no tag but its own', () => {
    expect(forms.html).not.toContain('<img');
    expect(forms.html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    const tags = new Set([...forms.html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag));
    expect([...tags].sort()).toEqual(
      [
        'b',
        'br',
        'caption',
        'details',
        'div',
        'li',
        'p',
        'span',
        'summary',
        'table',
        'tbody',
        'td',
        'th',
        'thead',
        'tr',
        'ul',
      ].sort(),
    );
    expect(forms.html).not.toMatch(/ (style|on\w+|href|src)="/);
  });

  test('Markdown keeps its columns whatever a label holds', () => {
    const lines = forms.markdown.split('\n').filter((line) => line.startsWith('| method b'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain('\\<img');
    const cells = (lines[0] as string).replaceAll('\\|', '').split('|').length;
    expect(cells).toBe(2 + 1 + cards.filter(({ main }) => main).length);
  });

  test('CSV reads back: a line for each number, what is missing with its reason', () => {
    const [head, ...lines] = parseCsv(forms.csv);
    const at = (name: string): number => (head as string[]).indexOf(name);
    const find = (row: string, metric: string, reference: string) =>
      lines.find(
        (line) =>
          line[0] === 'all' &&
          line[at('row')] === row &&
          line[at('metric')] === metric &&
          line[at('reference')] === reference,
      );
    expect(Number(find('b', 'psnr', '')?.[at('value')])).toBe(cell(0, 1, 'psnr').value);
    expect(Number(find('b', 'psnr', 'a')?.[at('low')])).toBe(cell(0, 1, 'psnr').differences.a?.low);
    expect(find('a', 'hole_iou', '')).toMatchObject({
      [at('value')]: '',
      [at('reason')]: 'predicts no hole',
    });
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([(head as string[]).length]));
    expect(lines.every((line) => line[at('synthetic')] === 'true')).toBe(true);
  });

  test('the terminal gets escape sequences only where asked for', () => {
    expect(forms.terminal).not.toContain('\u001b');
    expect(renderTerminal(table, { colour: true })).toContain('\u001b[1m');
  });

  test('what was shown the mask or chosen on test images is marked, and the marks are explained', async () => {
    const [first, ...others] = options.rows as [(typeof options.rows)[number], ...typeof options.rows];
    const chosen = await buildTable({ ...options, rows: [{ ...first, testSelected: true }, ...others] });
    for (const text of [
      renderMarkdown(chosen),
      renderHtml(chosen),
      renderTerminal(chosen, { colour: false }),
    ]) {
      expect(text).toContain('method a ‡');
      expect(text).toContain('‡ its checkpoint was chosen on test images');
      expect(text).toContain('† is shown the true mask.');
    }
    expect(forms.markdown).not.toContain('‡');
  });

  test('a judge that the training was to please is marked in its column', async () => {
    const [first, second] = options.rows as [RowInfo, RowInfo];
    const pleased = await buildTable({
      ...options,
      rows: [{ ...first, pleased: ['similarity_faceres'] }, second],
    });
    for (const text of [
      renderMarkdown(pleased),
      renderHtml(pleased),
      renderTerminal(pleased, { colour: false }),
    ]) {
      expect(text.match(/ §/g)?.length).toBeGreaterThan(0);
      expect(text).toContain('§ by a judge that the training was to please.');
    }
  });

  test('a row of several seeds has their mean and standard deviation', async () => {
    const shifted = resultsOf(
      records.map((record) => ({
        ...record,
        scores: { a: scores((record.scores.a?.values.psnr as number) + 1) },
      })),
    );
    const seeds = {
      ...row('a', 'method a'),
      parts: [
        { results, method: 'a' },
        { results: shifted, method: 'a' },
      ],
    };
    const several = await buildTable({ ...options, rows: [seeds] });
    const found = several.sections[0]?.rows[0]?.cells.psnr as TableCell;
    expect(found.value).toBeCloseTo((cell(0, 0, 'psnr').value as number) + 0.5, 12);
    // Two values 1 apart: 1 / sqrt 2.
    expect(renderMarkdown(several)).toContain(`${found.value?.toFixed(2)} ± 0.71`);
  });

  test('rows measured on other samples are refused by their names', async () => {
    const other = resultsOf(records.map((record) => ({ ...record, key: `other-${record.key}` })));
    const rows = [row('a', 'one'), { ...row('b', 'two'), parts: [{ results: other, method: 'b' }] }];
    await expect(buildTable({ ...options, rows })).rejects.toThrow(/^two was measured on other samples/);
  });

  test('bold marks the best row that is not shown the mask', async () => {
    // b is higher everywhere but needs the mask; a alone is no contest.
    expect(forms.markdown).not.toContain('**1');
    const fair = await buildTable({
      ...options,
      rows: options.rows.map((row) => ({ ...row, needsMask: false })),
    });
    const lines = renderMarkdown(fair)
      .split('\n')
      .filter((line) => line.startsWith('| method'));
    expect(lines[0]).not.toContain('**');
    expect(lines[1]).toContain(`**${cell(0, 1, 'psnr').value?.toFixed(2)}**`);
  });
});
