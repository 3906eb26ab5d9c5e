/** Detects landmarks once for the sources that need them, before any thread opens the source. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '@fsg/engine/runtime';
import type { DataConfig } from './config.ts';
import type { Rgb } from './face.ts';
import { decodePicture } from './picture.ts';
import type { SourceConfig } from './source.ts';

/** What a source of photographs can say before its landmarks are known. */
export interface Pictures {
  /** Their paths from the source's root, with forward slashes. */
  readonly files: readonly string[];
  /** Bytes; undefined where the file is missing. */
  sizeOf(file: string): number | undefined;
  /** Upright; throws an `UnusableFace` where the file is no picture. */
  read(file: string): Promise<Rgb>;
}

export interface PrepareOptions {
  /** Folder that keeps the landmark files. */
  readonly cache: string;
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The section with the landmark file's path in place of `landmarks: detect`; other sections as they are. */
export async function prepareData(config: DataConfig, options: PrepareOptions): Promise<DataConfig> {
  const { source } = config;
  if (!('landmarks' in source) || source.landmarks !== 'detect') return config;
  const landmarks = await landmarkFileOf(await picturesOf(source), options);
  return { ...config, source: { ...source, landmarks } };
}

async function picturesOf(source: Extract<SourceConfig, { landmarks: string }>): Promise<Pictures> {
  const { openPictures } = await import('./sources/open-pictures.ts');
  const { pictures, files } = await openPictures(source);
  return {
    files: pictures.map(({ file }) => file),
    sizeOf: (file) => files.sizeOf(file),
    read: async (file) => decodePicture(await files.read(file), file),
  };
}

/** Made or completed; named by the detector and the pictures' names and sizes. One process makes it, others wait. */
export async function landmarkFileOf(
  pictures: Pictures,
  { cache, progress, signal }: PrepareOptions,
): Promise<string> {
  const { detectLandmarks, detectorName, openDetector } = await import('./detection/index.ts');
  const path = join(cache, `landmarks-${hashOf(pictures, detectorName())}.jsonl`);
  if (existsSync(path)) return path;
  const make = async (): Promise<void> => {
    if (existsSync(path)) return;
    const { startEngine } = await import('@fsg/engine');
    await startEngine();
    const detector = await openDetector();
    try {
      const out = `${path}.partial`;
      const load = (file: string): Promise<Rgb> => pictures.read(file);
      await detectLandmarks({ detector, files: pictures.files, load, out, progress, signal });
      await rename(out, path);
    } finally {
      detector.dispose();
    }
  };
  await withLock(`${path}.lock`, make, { signal });
  return path;
}

function hashOf({ files, sizeOf }: Pictures, detector: string): string {
  const hash = createHash('sha256').update(detector);
  for (const file of files) {
    hash.update(`\n${sizeOf(file)} ${file}`);
  }
  return hash.digest('hex').slice(0, 16);
}
