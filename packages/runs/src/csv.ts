import type { Point } from './journal.ts';

/** A row a step, a column a metric; empty where a step has no value, NaN and infinities by name. */
export function historyCsv(history: ReadonlyMap<string, readonly Point[]>): string {
  const rows = new Map<number, Map<string, Point>>();
  for (const [name, points] of history) {
    for (const point of points) {
      const row = rows.get(point.step) ?? new Map<string, Point>();
      rows.set(point.step, row.set(name, point));
    }
  }
  const names = [...history.keys()];
  const lines = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([step, row]) => [step, timeOf(row), ...names.map((name) => row.get(name)?.value ?? '')].join(','));
  return `${[['step', 'time', ...names.map(quoted)].join(','), ...lines].join('\n')}\n`;
}

/** Of the step's last measurement, ISO 8601. */
const timeOf = (row: ReadonlyMap<string, Point>): string =>
  new Date(Math.max(...[...row.values()].map(({ time }) => time))).toISOString();

const quoted = (name: string): string => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
