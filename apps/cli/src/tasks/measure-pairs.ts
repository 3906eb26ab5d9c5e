/** Measures the pictures of any method against clean ones: folders whose files have the same names. */
import { join } from 'node:path';
import type { Rgb } from '@fsg/data';
import { clusteredMean, IDENTICAL, measurePair, pictureRegions } from '@fsg/eval';
import { UserError } from '@fsg/runs';
import type { Context } from './context.ts';
import { picturesByStem, readPicture } from './picture-folder.ts';

export interface PairsOptions {
  /** Folders of pictures. */
  readonly restored: string;
  readonly clean: string;
  readonly occluded?: string;
  /** White where a picture is occluded. */
  readonly masks?: string;
}

/** Mean over the pictures with its interval; null with a reason where no picture has a value. */
export interface Figure {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Pairs without a value because they are the same, in PSNR. */
  readonly identical?: number;
  readonly reason?: string;
}

export interface Figures {
  readonly metrics: Readonly<Record<string, Figure>>;
  readonly regions: Readonly<Record<string, Readonly<Record<string, Figure>>>>;
}

export interface PairsAnswer extends Figures {
  readonly n: number;
  /** The same of the occluded pictures, where they are given. */
  readonly occluded?: Figures;
}

const METRICS = ['psnr', 'ssim', 'l1', 'ms_ssim'];
const REGIONS = ['hole', 'visible', 'band'];
const BOOTSTRAP = { seed: 0, resamples: 2000, level: 0.95 };
const NAMED = 5;
/** From this level on a mask's pixel is white. */
const WHITE = 128;

/** Throws a UserError that names the files where one has no partner, or is of another size or no picture. */
export async function measurePairsTask(options: PairsOptions, context: Context): Promise<PairsAnswer> {
  const folders = foldersOf(options);
  const names = await Promise.all(folders.map(({ path }) => picturesByStem(path)));
  const stems = commonStems(folders, names);
  const kinds = (['restored', 'occluded'] as const).filter((kind) => options[kind] !== undefined);
  const tallies = new Map(kinds.map((kind) => [kind, new Tally()]));
  const bar = context.progress('evaluation', stems.length, 'pictures');
  for (const [n, stem] of stems.entries()) {
    context.signal.throwIfAborted();
    const pictures = await readAll(folders, names, stem);
    const { clean, masks } = pictures;
    const { width, height } = clean as Rgb;
    const regions = masks ? pictureRegions(maskOf(masks), width, height) : {};
    for (const [kind, tally] of tallies) {
      tally.add(measurePair((pictures[kind] as Rgb).data, (clean as Rgb).data, width, height, regions));
    }
    bar.at(n + 1);
  }
  bar.end();
  const regions = options.masks === undefined ? [] : REGIONS;
  const [restored, occluded] = [...tallies.values()].map((tally) => tally.figures(stems, regions));
  return { n: stems.length, ...(restored as Figures), ...(occluded && { occluded }) };
}

type Kind = keyof PairsOptions;
interface Folder {
  readonly kind: Kind;
  readonly path: string;
}

/** The clean pictures' first. */
const foldersOf = (options: PairsOptions): Folder[] =>
  (['clean', 'restored', 'occluded', 'masks'] as const).flatMap((kind) => {
    const path = options[kind];
    return path === undefined ? [] : [{ kind, path }];
  });

function commonStems(folders: readonly Folder[], names: readonly ReadonlyMap<string, string>[]): string[] {
  const all = [...new Set(names.flatMap((byStem) => [...byStem.keys()]))].sort();
  const alone = folders.flatMap(({ path }, i) =>
    all
      .filter((stem) => !names[i]?.has(stem))
      .map((stem) => {
        const from = names.findIndex((byStem) => byStem.has(stem));
        return `${join((folders[from] as Folder).path, names[from]?.get(stem) as string)} has no partner in ${path}`;
      }),
  );
  if (alone.length === 0) return all;
  throw new UserError(
    `${alone.slice(0, NAMED).join('; ')}${alone.length > NAMED ? `; and ${alone.length - NAMED} more` : ''}: ` +
      'pictures belong together by their names without the ending',
  );
}

async function readAll(
  folders: readonly Folder[],
  names: readonly ReadonlyMap<string, string>[],
  stem: string,
): Promise<Partial<Record<Kind, Rgb>>> {
  const read = folders.map(async ({ kind, path }, i) => {
    const file = join(path, names[i]?.get(stem) as string);
    return { kind, file, picture: await readPicture(file) };
  });
  const [first, ...others] = await Promise.all(read);
  const { width, height } = (first as (typeof others)[number]).picture;
  for (const { file, picture } of others) {
    if (picture.width === width && picture.height === height) continue;
    throw new UserError(
      `${file} is ${picture.width} x ${picture.height}, its partner ${first?.file} ${width} x ${height}: ` +
        'pictures are compared pixel by pixel; give both in one size',
    );
  }
  return Object.fromEntries([first, ...others].map((one) => [one?.kind, one?.picture]));
}

const maskOf = ({ data }: Rgb): Uint8Array =>
  Uint8Array.from({ length: data.length / 3 }, (_, p) => ((data[3 * p] as number) >= WHITE ? 1 : 0));

/** The values of each metric over the pictures. */
class Tally {
  readonly #values = new Map<string, (number | null)[]>();
  readonly #why = new Map<string, string[]>();

  add({ values, why }: ReturnType<typeof measurePair>): void {
    for (const [key, value] of Object.entries(values)) listIn(this.#values, key).push(value);
    for (const [key, reason] of Object.entries(why)) listIn(this.#why, key).push(reason);
  }

  figures(stems: readonly string[], regions: readonly string[]): Figures {
    const of = (keys: readonly string[], suffix = ''): Record<string, Figure> =>
      Object.fromEntries(
        keys
          .filter((key) => this.#values.has(`${key}${suffix}`))
          .map((key) => [key, this.#figure(`${key}${suffix}`, stems, key === 'psnr')]),
      );
    return {
      metrics: of(METRICS),
      regions: Object.fromEntries(regions.map((region) => [region, of(METRICS, `_${region}`)])),
    };
  }

  #figure(key: string, stems: readonly string[], counted: boolean): Figure {
    const all = this.#values.get(key) ?? [];
    const places = [...all.keys()].filter((i) => all[i] !== null);
    const why = this.#why.get(key) ?? [];
    const identical = counted ? { identical: why.filter((reason) => reason === IDENTICAL).length } : {};
    if (places.length === 0)
      return { mean: null, low: null, high: null, ...identical, reason: why[0] ?? 'no pictures' };
    const { value, low, high } = clusteredMean(
      places.map((i) => all[i] as number),
      places.map((i) => stems[i] as string),
      BOOTSTRAP,
    );
    return {
      mean: value,
      low,
      high,
      ...identical,
      ...(low === null && { reason: 'no interval from one picture' }),
    };
  }
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
