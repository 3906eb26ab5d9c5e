/** The table file: every number with its convention, count, seeds, interval and source runs. */
import { UserError } from '@fsg/runs';
import { z } from 'zod';

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
  /** By the key of the row that this one is compared with. */
  differences: z.record(z.string(), difference),
});

const column = z.strictObject({
  key: z.string(),
  label: z.string(),
  unit: z.string().nullable(),
  better: z.enum(['higher', 'lower']),
  digits: count,
});

const row = z.strictObject({
  key: z.string(),
  label: z.string(),
  note: z.string(),
  /** True where the method is shown the true mask. */
  needsMask: z.boolean(),
  /** True where the checkpoint behind the row was chosen on test images. */
  testSelected: z.boolean().optional(),
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
  format: z.literal('fsg-table-1'),
  title: z.string(),
  created: z.string(),
  /** True where the people shown are not real. */
  synthetic: z.boolean(),
  data: z.strictObject({ name: z.string(), split: z.string(), contentHash: z.string().nullable() }),
  judge: z.string().nullable(),
  interval: z.strictObject({ level: finite, method: z.string(), resamples: count, seed: finite }),
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
