/** The plots of an evaluation: its table's sections side by side, and the ROC curves. */
import { rocCurve } from '../recognition/curve.ts';
import type { RecognitionScores } from '../recognition/scores.ts';
import { labelOf, referencesOf } from '../table/format.ts';
import type { Table, TableColumn } from '../table/schema.ts';
import type { Group } from '../table/sections.ts';
import { forestPlot } from './forest.ts';
import { metricByBins, metricByKinds } from './grouped.ts';
import type { Plot } from './parts.ts';
import { rocPlot } from './roc.ts';

/** Groups of sections that are drawn, and what they differ in. */
const GROUPED = [
  { group: 'occluder', name: 'kind', by: 'kind of occluder', draw: metricByKinds },
  { group: 'area', name: 'area', by: 'share of the picture that is occluded', draw: metricByBins },
  { group: 'pose', name: 'pose', by: 'turn of the head', draw: metricByBins },
  { group: 'region', name: 'region', by: 'hidden part of the face', draw: metricByKinds },
] as const satisfies readonly { group: Group; name: string; by: string; draw: unknown }[];

const METRICS = /^(psnr_hole|similarity_.*)$/;

/** By file name without ending, such as `psnr_hole-by-area`. A metric without a value in a group's sections has none. */
export function plotsOfTable(table: Table): Record<string, Plot> {
  const plots: Record<string, Plot> = {};
  for (const column of table.columns.filter(({ key }) => METRICS.test(key))) {
    for (const { group, name, by, draw } of GROUPED) {
      const sections = table.sections.filter((section) => section.group === group);
      const rows = (sections[0]?.rows ?? []).filter(({ key }) =>
        sections.some((section) => figureOf(section.rows, key, column) !== null),
      );
      if (rows.length === 0) continue;
      plots[`${column.key}-by-${name}`] = draw({
        title: table.title,
        synthetic: table.synthetic,
        metric: column,
        by,
        methods: rows.map(({ key, label }) => ({ key, label })),
        groups: sections.map((section) => ({
          label: section.label,
          methods: Object.fromEntries(section.rows.map(({ key, cells }) => [key, cells[column.key] as Cell])),
        })),
      });
    }
  }
  return plots;
}

/** Differences to the row that others are compared with, a plot a section and metric: `psnr_hole-difference-network`. */
export function plotsOfDifferences(table: Table): Record<string, Plot> {
  const plots: Record<string, Plot> = {};
  for (const section of table.sections) {
    const [reference] = referencesOf(section);
    if (reference === undefined) continue;
    for (const column of table.columns.filter(({ key }) => METRICS.test(key))) {
      const rows = section.rows.flatMap(({ key, label, cells }) => {
        const found = cells[column.key]?.differences[reference];
        return key === reference || !found ? [] : [{ label, ...found }];
      });
      if (rows.length === 0) continue;
      plots[`${column.key}-difference-${section.key}`] = forestPlot({
        title: `${table.title}: ${section.label}`,
        synthetic: table.synthetic,
        metric: column,
        reference: labelOf(section, reference),
        rows,
      });
    }
  }
  return plots;
}

type Cell = Table['sections'][number]['rows'][number]['cells'][string];

const figureOf = (
  rows: Table['sections'][number]['rows'],
  row: string,
  { key }: TableColumn,
): number | null => rows.find((one) => one.key === row)?.cells[key]?.value ?? null;

/** ROC curves of each judge, by file name; none where there are no pairs. */
export function plotsOfRecognition(
  { pairs, scores }: RecognitionScores,
  { title, synthetic, sections }: Table,
): Record<string, Plot> {
  const same = pairs.map((pair) => pair.same);
  const genuine = same.filter(Boolean).length;
  if (genuine === 0 || genuine === same.length) return {};
  const labels = sections[0]?.rows ?? [];
  const plots = Object.entries(scores).map(([judge, byCondition]) => [
    `roc-${judge}`,
    rocPlot({
      title: `${title}, judge ${judge}`,
      synthetic,
      pairs: { genuine, impostor: same.length - genuine },
      conditions: labels.map(({ key, label }) => ({
        key,
        label,
        points: rocCurve(byCondition[key] ?? [], same),
      })),
    }),
  ]);
  return Object.fromEntries(plots);
}
