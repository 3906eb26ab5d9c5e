/** Restores the faces of photographs and puts them back where they were. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { alignTo, decodePicture, fromSigned, type Rgb, toSigned, UnusableFace, warp } from '@fsg/data';
import { type Detector, openDetector } from '@fsg/data/detection';
import { startEngine } from '@fsg/engine';
import { type Output, paste, type Restorer, weightsFor } from '@fsg/eval';
import { listRuns, prepareFolder, replaceFile, UserError } from '@fsg/runs';
import sharp from 'sharp';
import type { Context } from './context.ts';
import { openPage, type RestoredPage } from './restored-page.ts';
import { openRestorer, openSubject } from './subject.ts';

export interface RestoreOptions {
  readonly images: readonly string[];
  /** Folder for the results. */
  readonly out: string;
  /** A stage-II run; left out: the newest. */
  readonly run?: string;
  readonly output: Output;
  /** A page to write with each photograph before and after. */
  readonly html?: string;
}

export interface RestoredImage {
  readonly image: string;
  readonly faces: number;
  /** The file written; null where nothing was restored. */
  readonly out: string | null;
  /** Why nothing was. */
  readonly reason: string | null;
}

/** Side of the faces that the networks take. */
const SIZE = 128;

/** Throws a UserError where no run can restore, or a result would stand in the place of another file. */
export async function restoreTask(options: RestoreOptions, context: Context): Promise<RestoredImage[]> {
  const places = placesOf(options);
  const run = options.run ?? (await newestGenerator(context.runs));
  const page = options.html === undefined ? undefined : await openPage(options.html);
  await startEngine();
  const subject = await openSubject({ generator: run }, context);
  await prepareFolder(options.out);
  const restorer = openRestorer(subject);
  const detector = await openDetector();
  const bar = context.progress('restore', places.length, 'images');
  try {
    const results: RestoredImage[] = [];
    for (const { image, out } of places) {
      context.signal.throwIfAborted();
      const result = await restoreFile(image, out, {
        restorer,
        detector,
        output: options.output,
        ...(page && { page }),
      });
      if (result.reason) context.warn(`${image}: ${result.reason}`);
      results.push(result);
      bar.at(results.length);
    }
    const failed = results.flatMap(({ image, reason }) => (reason ? [`${image}: ${reason}`] : []));
    const by = subject.generator.run?.id ?? subject.name;
    await page?.write({ by, output: options.output, failed, now: context.clock() });
    return results;
  } finally {
    bar.end();
    detector.dispose();
  }
}

function placesOf({ images, out }: RestoreOptions): { image: string; out: string }[] {
  const places = images.map((image) => ({ image, out: join(out, `${basename(image, extname(image))}.png`) }));
  const known = new Map<string, string>();
  for (const { image, out: place } of places) {
    const other = known.get(place);
    if (other) throw new UserError(`${image} and ${other} would both become ${place}: restore them apart`, 2);
    if (existsSync(place)) throw new UserError(`${place} exists already: name another folder or remove it`);
    known.set(place, image);
  }
  return places;
}

async function newestGenerator(runs: string): Promise<string> {
  const all = await listRuns(runs, () => {});
  const newest = all.filter(({ record }) => record.config.stage === 'stage2').at(-1);
  if (newest) return newest.id;
  throw new UserError(
    `${runs} holds no run of stage II, whose networks restore: npm run demo makes one in minutes, ` +
      'npm run fsg -- train recipes/small/stage2.yaml a better one',
  );
}

interface Means {
  readonly restorer: Restorer;
  readonly detector: Detector;
  readonly output: Output;
  readonly page?: RestoredPage;
}

async function restoreFile(image: string, out: string, means: Means): Promise<RestoredImage> {
  const nothing = (reason: string): RestoredImage => ({ image, faces: 0, out: null, reason });
  try {
    const bytes = await readFile(image);
    const photograph = await decodePicture(bytes, image);
    const faces = await means.detector.detect(photograph);
    if (faces.length === 0) return nothing('no face was found; nothing is written');
    const restored = await restoreFaces(
      photograph,
      faces.map(({ five }) => five),
      means,
    );
    await replaceFile(out, await encode(restored, photograph, bytes));
    await means.page?.add({ image, faces: faces.length, out, before: photograph, after: restored });
    return { image, faces: faces.length, out, reason: null };
  } catch (error) {
    if (error instanceof UnusableFace) return nothing(error.reason);
    if ((error as NodeJS.ErrnoException).code) return nothing((error as Error).message);
    throw error;
  }
}

/** `fives`: five points of each face, in the photograph's pixels. */
async function restoreFaces(
  photograph: Rgb,
  fives: readonly Float32Array[],
  { restorer, output }: Means,
): Promise<Rgb> {
  const alignments = fives.map((five) => alignTo(five, SIZE));
  const aligned = alignments.map((alignment) => warp(photograph, alignment, SIZE));
  const { data, shape } = toSigned(aligned);
  const { restored } = await restorer(data, shape);
  const faces = fromSigned(restored, shape, 'restored image');
  return faces.reduce(
    (picture, face, i) =>
      paste(
        picture,
        face,
        weightsFor(output, aligned[i] as Rgb, face),
        alignments[i] as (typeof alignments)[0],
      ),
    photograph,
  );
}

/** PNG, as transparent as the file was. What changed of the photograph, laid over grey there, is changed of the file's own colours. */
async function encode(restored: Rgb, photograph: Rgb, file: Uint8Array): Promise<Buffer> {
  const { width, height, data } = restored;
  const png = (pixels: Uint8Array, channels: 3 | 4): Promise<Buffer> =>
    sharp(pixels, { raw: { width, height, channels } }).png().toBuffer();
  if (!(await sharp(file).metadata()).hasAlpha) return png(data, 3);
  const own = await sharp(file).autoOrient().toColourspace('srgb').ensureAlpha().raw().toBuffer();
  const pixels = new Uint8ClampedArray(own);
  for (let i = 0; i < data.length; i++) {
    const at = 4 * Math.floor(i / 3) + (i % 3);
    pixels[at] = (own[at] as number) + (data[i] as number) - (photograph.data[i] as number);
  }
  return png(new Uint8Array(pixels.buffer), 4);
}
