/** From features to the table of recognition, on people whose likeness is known by construction. */
import { random } from '@fsg/data';
import { describe, expect, test } from 'vitest';
import { plotsOfRecognition } from '../src/plots/of-table.ts';
import { flatFeatures } from '../src/recognition/features.ts';
import { pairsOfIdentities } from '../src/recognition/identity-pairs.ts';
import { galleryAndProbes } from '../src/recognition/probes.ts';
import { recognise } from '../src/recognition/recognise.ts';
import { encodeRecognition, parseRecognition } from '../src/recognition/scores.ts';
import { renderHtml } from '../src/table/html.ts';
import { renderLatex } from '../src/table/latex.ts';
import { renderMarkdown } from '../src/table/markdown.ts';
import { buildRecognitionTable, type RecognitionRow } from '../src/table/recognition.ts';

const PEOPLE = 40;
const identities = Array.from({ length: 3 * PEOPLE }, (_, i) => `p${i % PEOPLE}`);
const DIMENSIONS = 16;

/** A person's own direction and so much noise. */
function features(noise: number, seed: number) {
  const own = Array.from({ length: PEOPLE }, (_, p) => {
    const stream = random('person', p);
    return Float32Array.from({ length: DIMENSIONS }, () => stream.normal());
  });
  const stream = random('noise', seed);
  const data = identities.flatMap((_, i) =>
    Array.from(own[i % PEOPLE] as Float32Array, (value) => value + noise * stream.normal()),
  );
  return flatFeatures(Float32Array.from(data), DIMENSIONS);
}

const NOISE: Readonly<Record<string, number>> = { clean: 0.2, occluded: 3, restored: 0.8 };
const { pairs, reason } = pairsOfIdentities(identities, 0);
const scoresOf = (seed: number) =>
  recognise({
    identities,
    pairs,
    reason,
    split: galleryAndProbes(identities, 0),
    conditions: ['occluded', 'restored'],
    judges: ['one', 'other'],
    features: (judge, condition) =>
      features(NOISE[condition] as number, seed + (judge === 'one' ? 0 : 7) + condition.length),
  });

const scores = scoresOf(1);
const row = (key: string, parts = [{ scores, condition: key }]): RecognitionRow => ({
  key,
  label: key,
  note: key,
  needsMask: false,
  parts,
});
const options = {
  title: 'Recognition & more_',
  created: '2026-01-01T00:00:00Z',
  synthetic: true,
  data: { name: 'people', split: 'test', contentHash: null },
  judges: ['one', 'other'],
  references: ['occluded'],
  sources: [],
  bootstrap: { seed: 0, resamples: 2000, level: 0.95 },
};
const table = buildRecognitionTable({
  ...options,
  rows: ['clean', 'occluded', 'restored'].map((key) => row(key)),
});

describe('the table of recognition', () => {
  test('a section a judge, in which restoring helps and clean pictures are known best', () => {
    expect(table.sections.map(({ key, group }) => [key, group])).toEqual([
      ['one', 'judge'],
      ['other', 'judge'],
    ]);
    for (const { rows } of table.sections) {
      const [clean, occluded, restored] = rows.map(({ cells }) => cells.auc?.value as number) as [
        number,
        number,
        number,
      ];
      expect(clean).toBeGreaterThan(restored);
      expect(restored).toBeGreaterThan(occluded);
      const gain = rows[2]?.cells.auc?.differences.occluded;
      expect(gain?.value).toBeCloseTo(restored - occluded, 12);
      expect(gain?.low).toBeGreaterThan(0);
      expect(rows[0]?.cells.rank_1?.value).toBe(1);
    }
  });

  test('with too few impostors a rate is not estimable, and that is said in words', () => {
    const cell = table.sections[0]?.rows[0]?.cells['tar_at_far_1e-3'];
    expect(cell).toMatchObject({
      value: null,
      reason: expect.stringMatching(/^not estimable: \d+ impostor pairs/),
    });
    const markdown = renderMarkdown(table);
    expect(markdown).toMatch(/\| not estimable \|/);
    expect(markdown).toMatch(/What is missing: not estimable: \d+ impostor pairs/);
    expect(markdown).toContain('## Judge: one');
  });

  test('every judge has its differences, in each form', () => {
    expect(renderMarkdown(table).match(/^### Difference to occluded$/gm)).toHaveLength(2);
    expect(renderHtml(table).match(/<summary>Difference to occluded<\/summary>/g)).toHaveLength(2);
    expect(renderLatex(table).match(/Difference to occluded\./g)).toHaveLength(2);
    const { auc } = table.sections[1]?.rows[2]?.cells ?? {};
    const difference = auc?.differences.occluded?.value as number;
    expect(renderMarkdown(table).split('## Judge: other')[1]).toContain(`+${difference.toFixed(4)} (`);
  });

  test('LaTeX: two tables a judge, signs of its own escaped, rows of one length', () => {
    const latex = renderLatex(table);
    const tables = latex.split('\\begin{tabular}').slice(1);
    expect(tables).toHaveLength(4);
    expect(latex).toContain('Recognition \\& more\\_');
    for (const one of tables) {
      const rows = one.split('\n').filter((line) => line.endsWith('\\\\') && line.includes(' & '));
      const cells = rows.map((line) => line.replaceAll('\\&', '').split(' & ').length);
      expect(new Set(cells).size).toBe(1);
    }
    expect(latex).not.toMatch(/[†‡§¶°±−≥↑↓…’–]/);
    expect(latex).not.toMatch(/(?<!\\)[%#]\S/);
  });

  test('rows measured over other pairs are refused', () => {
    const few = identities.slice(0, 60);
    const other = { ...scores, identities: few };
    const rows = [row('clean'), row('restored', [{ scores: other, condition: 'restored' }])];
    expect(() => buildRecognitionTable({ ...options, rows })).toThrow(
      /^restored was measured over other pairs than clean/,
    );
  });

  test('several seeds stand in one row', () => {
    const seeds = [1, 2, 3].map((seed) => ({ scores: scoresOf(seed), condition: 'restored' }));
    const several = buildRecognitionTable({
      ...options,
      rows: [row('occluded'), { ...row('restored', seeds), seeds: [1, 2, 3] }],
    });
    const found = several.sections[0]?.rows[1]?.cells.auc;
    expect(found?.low).toBeLessThan(found?.value as number);
    expect(several.sections[0]?.rows[1]?.seeds).toEqual([1, 2, 3]);
  });

  test('the scores read back as they were written', () => {
    expect(parseRecognition(encodeRecognition(scores), 'x')).toEqual(scores);
    expect(() => parseRecognition('{}', 'x.json')).toThrow(/^x\.json holds no recognition scores: /);
  });

  test('a ROC curve a judge', () => {
    const plots = plotsOfRecognition(scores, table);
    expect(Object.keys(plots)).toEqual(['roc-one', 'roc-other']);
    expect(plots['roc-one']?.svg).toContain('SYNTHETIC');
  });
});
