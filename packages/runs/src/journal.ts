/**
 * A run's journal: one JSON object a line, only ever appended. `{time, step, metrics}` are measurements,
 * `{time, step, event, …}` what happened: start, resume, checkpoint, end. NaN and infinities are strings.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { errorCode, fileProblem } from './errors.ts';

const MetricValue = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((name) => Number(name)),
]);
const when = { time: z.number(), step: z.number().int().min(0) };
const MetricsEntry = z.object({ ...when, metrics: z.record(z.string(), MetricValue) });
const EventEntry = z.looseObject({ ...when, event: z.string() });
const Entry = z.union([EventEntry, MetricsEntry]);

export type MetricsEntry = z.infer<typeof MetricsEntry>;
export type EventEntry = z.infer<typeof EventEntry>;
export type JournalEntry = z.infer<typeof Entry>;

export type EventDetails = Readonly<Record<string, unknown>> & { time?: never; step?: never; event?: never };

/** Writes a journal. Each line reaches the operating system before the call returns, so no kill loses it. */
export class Journal {
  readonly #file: number;
  readonly #path: string;
  readonly #clock: Clock;

  /** Opens the journal at `path` to append, first repairing a last line that a kill cut short. */
  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
    this.#file = this.#explained(() => {
      const file = openSync(path, 'a+');
      repairLastLine(file);
      return file;
    });
  }

  metrics(step: number, metrics: Readonly<Record<string, number>>): void {
    this.#append({ time: this.#clock(), step, metrics });
  }

  /** Notes an event, and waits until the disk has it and all lines before it. */
  event(step: number, event: string, details: EventDetails = {}): void {
    this.#append({ time: this.#clock(), step, event, ...details });
    this.#explained(() => fsyncSync(this.#file));
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(entry: object): void {
    const line = Buffer.from(`${JSON.stringify(entry, (_, value) => nameNonFinite(value))}\n`);
    this.#explained(() => {
      const { size } = fstatSync(this.#file);
      try {
        for (let done = 0; done < line.length; ) done += writeSync(this.#file, line, done);
      } catch (error) {
        ftruncateSync(this.#file, size);
        throw error;
      }
    });
  }

  #explained<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw fileProblem(error, `cannot write ${this.#path}`);
    }
  }
}

const nameNonFinite = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** Ends the last line where it is whole, removes it where it is not. */
function repairLastLine(file: number): void {
  const content = readFileSync(file);
  const end = content.lastIndexOf('\n') + 1;
  if (end === content.length) return;
  if (parseLine(content.toString('utf8', end))) writeSync(file, '\n');
  else ftruncateSync(file, end);
}

export interface JournalContent {
  readonly entries: JournalEntry[];
  /** Lines that could not be read and were passed over, a last one cut short by a kill not counted. */
  readonly damaged: number;
}

/** Everything that a journal holds; empty where there is none yet. */
export function readJournal(path: string): JournalContent {
  try {
    return parseJournal(readFileSync(path, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { entries: [], damaged: 0 };
    throw fileProblem(error, `cannot read ${path}`);
  }
}

export function parseJournal(text: string): JournalContent {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const parsed = lines.map(parseLine);
  const tail = parseLine(last);
  const entries = [...parsed, tail].filter((entry) => entry !== undefined);
  return { entries, damaged: parsed.filter((entry) => !entry).length };
}

/** undefined where the line is no entry, or only the beginning of one. */
export function parseLine(line: string): JournalEntry | undefined {
  try {
    return Entry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

export interface Point {
  readonly step: number;
  readonly time: number;
  readonly value: number;
}

/**
 * Each metric's points in order of steps, as if the run had never been interrupted: a resume drops the points of later
 * steps, and of two values at one step the later one counts.
 */
export function metricHistory(entries: readonly JournalEntry[]): Map<string, Point[]> {
  const history = new Map<string, Point[]>();
  for (const entry of entries) {
    if (isEvent(entry)) {
      if (entry.event === 'resume') for (const points of history.values()) dropAfter(points, entry.step);
      continue;
    }
    for (const [name, value] of Object.entries(entry.metrics)) {
      const points = history.get(name) ?? [];
      history.set(name, points);
      place(points, { step: entry.step, time: entry.time, value });
    }
  }
  return new Map([...history].filter(([, points]) => points.length > 0));
}

export const isEvent = (entry: JournalEntry): entry is EventEntry => 'event' in entry;

function dropAfter(points: Point[], step: number): void {
  while (points.length > 0 && (points[points.length - 1] as Point).step > step) points.pop();
}

/** Puts a point where its step belongs, in place of one at the same step. */
function place(points: Point[], point: Point): void {
  let at = points.length;
  while (at > 0 && (points[at - 1] as Point).step > point.step) at--;
  const same = at > 0 && (points[at - 1] as Point).step === point.step;
  points.splice(same ? at - 1 : at, same ? 1 : 0, point);
}
