/** The table file: every number with its convention, count, seeds, interval and source runs. */
import { UserError } from '@fsg/runs';
import { z } from 'zod';
import { GROUPS } from './sections.ts';

/** What to know of a value: see `MARK_TEXTS`. */
export const MARKS = ['few impostors', 'no spread', 'few images'] as const;

const finite = z.number();
const count = z.number().int().nonnegative();

/** A paired difference: mean over the samples that both rows have, this row minus the other. */
const difference = z.strictObject({
  value: finite,
  low: finite.nullable(),
  high: finite.nullable(),
  n: count,
});

const cell = z.strictObject({
  value: finite.nullable(),
  low: finite.nullable(),
  high: finite.nullable(),
  /** Samples averaged, and the identities among them. */
  n: count,
  identities: count,
  /** Samples left out because the two images are identical, where the metric has no value. */
  identical: count,
  /** Key of the table's `conventions`. */
  convention: z.string(),
  /** Why the value or the interval is null. */
  reason: z.string().optional(),
  /** Mean of each seed, where there are several; null where a seed has no value. */
  bySeed: z.array(finite.nullable()).optional(),
  /** What to know of the value, such as that few impostor pairs stand behind it. */
  mark: z.enum(MARKS).optional(),
  /** What somebody else published for this cell, where the table asks for that: null where it is not known. */
  published: z.strictObject({ value: finite, source: z.string() }).nullable().optional(),
  /** By the key of the row that this one is compared with. */
  differences: z.record(z.string(), difference),
});

const column = z.strictObject({
  key: z.string(),
  label: z.string(),
  unit: z.string().nullable(),
  better: z.enum(['higher', 'lower']),
  digits: count,
  /** Shown first; the others in a second table. */
  main: z.boolean(),
});

const row = z.strictObject({
  key: z.string(),
  label: z.string(),
  note: z.string(),
  /** True where the method is shown the true mask. */
  needsMask: z.boolean(),
  /** True where the checkpoint behind the row was chosen on test images. */
  testSelected: z.boolean().optional(),
  /** Keys of the columns whose judge the training behind the row was to please. */
  pleased: z.array(z.string()).optional(),
  /** Seeds of the trainings behind the row, empty where nothing was trained. */
  seeds: z.array(z.union([z.number(), z.string()])),
  /** Ids of the runs behind the row, keys of the table's `sources`. */
  runs: z.array(z.string()),
  /** By the column's key. */
  cells: z.record(z.string(), cell),
});

/** The rows over all samples, or over those of one kind of occluder. */
const section = z.strictObject({
  key: z.string(),
  label: z.string(),
  /** What divides the samples into sections of this kind. */
  group: z.enum(GROUPS),
  samples: count,
  identities: count,
  rows: z.array(row),
});

const source = z.strictObject({
  run: z.string(),
  what: z.string(),
  checkpoint: z.string().nullable(),
  sha256: z.string().nullable(),
});

export const tableSchema = z.strictObject({
  format: z.literal('fsg-table-2'),
  title: z.string(),
  created: z.string(),
  /** True where the people shown are not real. */
  synthetic: z.boolean(),
  /** True where trainings are too short to say anything. */
  smoke: z.boolean().optional(),
  /** Keys of the table's rows that were not asked for. */
  leftOut: z.array(z.string()).optional(),
  data: z.strictObject({ name: z.string(), split: z.string(), contentHash: z.string().nullable() }),
  judges: z.array(z.string()),
  interval: z.strictObject({
    level: finite,
    method: z.string(),
    resamples: count,
    seed: finite,
    /** Differences in a column, for which their intervals hold together (Bonferroni). */
    comparisons: count,
  }),
  conventions: z.record(z.string(), z.string()),
  columns: z.array(column),
  sections: z.array(section).min(1),
  sources: z.array(source),
});

export type Table = z.infer<typeof tableSchema>;
export type TableSection = z.infer<typeof section>;
export type TableRow = z.infer<typeof row>;
export type TableColumn = z.infer<typeof column>;
export type TableCell = z.infer<typeof cell>;
export type TableSource = z.infer<typeof source>;
export type TableDifference = z.infer<typeof difference>;

/** Checks a table read from a file; `where` names it in the message. */
export function parseTable(json: unknown, where: string): Table {
  const parsed = tableSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError(
    `${where} is not a table: ${issue?.path.join('.') || 'the file'}: ${issue?.message}. Make it again with fsg eval.`,
  );
}
