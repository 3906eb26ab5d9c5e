/** Rows as aligned columns, numbers to the right; the first row is the head. */
export function columns(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  const numeric = widths.map((_, i) => rows.slice(1).every((row) => typeof row[i] === 'number'));
  const cell = (value: string | number, i: number): string => {
    const width = widths[i] as number;
    return numeric[i] ? String(value).padStart(width) : String(value).padEnd(width);
  };
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/** Five digits, NaN and infinities by name. */
export const rounded = (value: number): string => String(Number(value.toPrecision(5)));
