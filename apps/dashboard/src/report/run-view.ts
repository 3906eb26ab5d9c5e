/** All that the report shows of a run, read from its folder. */
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  artifactsPath,
  type EventEntry,
  isEvent,
  journalPath,
  metricHistory,
  openRun,
  type Point,
  type Run,
  type RunSummary,
  readJournal,
  summarise,
} from '@fsg/runs';

/** A file of the run, its path with slashes. */
export interface RunFile {
  readonly path: string;
  readonly bytes: number;
}

/** The fixed sample pictures at one step. */
export interface SampleFile {
  readonly step: number;
  readonly path: string;
}

export interface RunView {
  readonly label: string;
  readonly run: Run;
  readonly summary: RunSummary;
  readonly history: ReadonlyMap<string, readonly Point[]>;
  readonly events: readonly EventEntry[];
  /** Journal lines that could not be read. */
  readonly damaged: number;
  /** Time spent in the run, its interruptions left out. */
  readonly seconds: number;
  readonly samples: readonly SampleFile[];
  readonly files: readonly RunFile[];
}

export async function readRun(folder: string, label: string): Promise<RunView> {
  const run = await openRun(folder);
  const { entries, damaged } = readJournal(journalPath(run));
  return {
    label,
    run,
    summary: await summarise(run),
    history: metricHistory(entries),
    events: entries.filter(isEvent),
    damaged,
    seconds: secondsSpent(entries),
    samples: await sampleFiles(run),
    files: await runFiles(run.folder),
  };
}

/** Sum of the times between lines, but for what passed before a resume. */
function secondsSpent(entries: readonly (EventEntry | { readonly time: number })[]): number {
  let spent = 0;
  for (let i = 1; i < entries.length; i++) {
    const entry = entries[i] as (typeof entries)[number];
    const resumed = 'event' in entry && entry.event === 'resume';
    if (!resumed) spent += Math.max(0, entry.time - (entries[i - 1] as (typeof entries)[number]).time);
  }
  return spent / 1000;
}

/** artifacts/samples/step-00000100.png and so on, in order of steps. */
async function sampleFiles(run: Run): Promise<SampleFile[]> {
  const folder = join(artifactsPath(run), 'samples');
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const step = /^step-(\d+)\.png$/.exec(name)?.[1];
      return step ? [{ step: Number(step), path: join(folder, name) }] : [];
    })
    .sort((a, b) => a.step - b.step);
}

/** Plain files below the run's folder; links are left out. */
async function runFiles(folder: string): Promise<RunFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => ({
      path: relative(folder, path).split(sep).join('/'),
      bytes: (await stat(path)).size,
    })),
  );
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
