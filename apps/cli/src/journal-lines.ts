/** A journal's entries for those who watch them come, in a line each. */
import { isEvent, type JournalEntry } from '@fsg/runs';
import { rounded } from './table.ts';

export function renderEntry(entry: JournalEntry): string {
  const at = `${new Date(entry.time).toISOString().slice(0, 19).replace('T', ' ')}  step ${entry.step}`;
  if (!isEvent(entry)) {
    const values = Object.entries(entry.metrics).map(([name, value]) => `${name} ${rounded(value)}`);
    return [at, ...values].join('  ');
  }
  const { time, step, event, ...details } = entry;
  const told = Object.entries(details).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [at, event, ...told].join('  ');
}

/** The entry with null in place of metrics that are no numbers, and in `reasons` what they are. */
export function entryJson(entry: JournalEntry): object {
  if (isEvent(entry)) return entry;
  const strange = Object.entries(entry.metrics).filter(([, value]) => !Number.isFinite(value));
  if (strange.length === 0) return entry;
  const metrics = { ...entry.metrics, ...Object.fromEntries(strange.map(([name]) => [name, null])) };
  const reasons = Object.fromEntries(strange.map(([name, value]) => [name, String(value)]));
  return { ...entry, metrics, reasons };
}
