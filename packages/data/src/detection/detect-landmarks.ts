/** Writes a landmark file: a picture, a line, so that it can be stopped at any time and go on from there. */
import { type FileHandle, open } from 'node:fs/promises';
import { UserError } from '../error.ts';
import type { Rgb } from '../face.ts';
import { headerLine, landmarkLine, readLandmarkFile } from '../landmark-file.ts';
import { UnusableFace } from '../unusable.ts';
import { area } from './boxes.ts';
import type { DetectedFace, Detector } from './detector.ts';

export interface DetectLandmarksOptions {
  readonly detector: Detector;
  /** The pictures' names in the file. */
  readonly files: readonly string[];
  /** Gives a picture upright; throws an `UnusableFace` where it cannot be decoded. */
  load(file: string): Promise<Rgb>;
  /** The landmark file. What stands in it is not detected again; a line that was torn off is. */
  readonly out: string;
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Throws a `UserError` where `out` is of another detector or no landmark file, and `signal.reason` where it was aborted: what
 * was found by then stands in the file.
 */
export async function detectLandmarks(options: DetectLandmarksOptions): Promise<void> {
  const { detector, files, out, progress, signal } = options;
  const known = await startOrResume(out, detector.name);
  const file = await open(out, 'a');
  try {
    for (const [index, name] of files.entries()) {
      signal?.throwIfAborted();
      if (!known.has(name)) await file.appendFile(await lineOf(name, options));
      progress?.(index + 1, files.length);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function lineOf(name: string, { detector, load }: DetectLandmarksOptions): Promise<string> {
  try {
    const image = await load(name);
    const face = mainFace(await detector.detect(image), image);
    return landmarkLine(name, face ?? { reason: 'no face found' });
  } catch (error) {
    if (!(error instanceof UnusableFace)) throw error;
    return landmarkLine(name, { reason: error.reason });
  }
}

/**
 * The face that the picture is of: the one whose box has the largest area less twice the squared distance of its middle from
 * the picture's. Source: align_dataset_mtcnn of davidsandberg/facenet.
 */
export function mainFace(faces: readonly DetectedFace[], { width, height }: Rgb): DetectedFace | undefined {
  const weight = ({ box }: DetectedFace): number => {
    const [dx, dy] = [box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2];
    return area(box) - 2 * (dx * dx + dy * dy);
  };
  return [...faces].sort((a, b) => weight(b) - weight(a))[0];
}

/** The pictures that stand in the file already. */
async function startOrResume(path: string, detector: string): Promise<ReadonlySet<string>> {
  const file = await open(path, 'a+');
  try {
    if ((await dropTornLine(file)) === 0) {
      await file.appendFile(headerLine(detector));
      return new Set();
    }
  } finally {
    await file.close();
  }
  const { detector: other, files } = await readLandmarkFile(path);
  if (other === detector) return new Set(files);
  throw new UserError(
    `${path} holds landmarks by ${other}, not by ${detector}: remove it, or name another file`,
  );
}

/** More than the longest line. */
const TAIL = 1 << 16;

/** Cuts off what follows the last line break; gives the bytes that are left. */
async function dropTornLine(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, TAIL));
  await file.read(tail, 0, tail.length, size - tail.length);
  const whole = size - tail.length + tail.lastIndexOf('\n') + 1;
  await file.truncate(whole);
  return whole;
}
