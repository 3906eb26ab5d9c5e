/** Numbers and times as people read them. */

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (h > 0) return `${h} h ${m} min`;
  return m > 0 ? `${m} min ${s} s` : `${s} s`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${['B', 'kB', 'MB', 'GB'][power]}`;
}

/** Four significant digits, plain where that is short. */
export function figure(value: number): string {
  const large = Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3);
  return large && Number.isFinite(value) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

/** `2026-01-31 12:30:05 UTC` */
export const moment = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** Any value of a record in one line. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, item]) => `${key} ${inline(item)}`)
      .join(', ');
  }
  return typeof value === 'number' ? figure(value) : String(value ?? 'unknown');
}
