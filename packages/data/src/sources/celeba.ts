/** CelebA as its makers give it out (Liu et al., "Deep Learning Face Attributes in the Wild", 2015). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../error.ts';
import type { Split } from '../split.ts';
import { UnusableFace } from '../unusable.ts';
import type { CelebaSource } from './config.ts';
import { type NameList, type NameListForm, readNameList } from './name-list.ts';
import { folderFiles, isFolder, type PictureFiles } from './picture-files.ts';
import { type Picture, type PictureSource, stemOf } from './picture-source.ts';
import { zipFiles } from './zip-files.ts';

const OFFICIAL = { pictures: 202_599, identities: 10_177, sides: [162_770, 19_867, 19_962] } as const;
const SIDES: readonly Split[] = ['train', 'validation', 'test'];

const IDENTITIES: NameListForm = { value: /^\S+$/, example: '000001.jpg 2880' };
const PARTITION: NameListForm = { value: /^[012]$/, example: '000001.jpg 0' };
/** Numbers that are missing or none are found when the picture is looked at. */
const LANDMARKS: NameListForm = {
  value: /^/,
  example: '000001.jpg 69 109 106 113 77 142 73 152 108 154',
  head: 2,
};
const ATTRIBUTES: NameListForm = { value: /^(-?1\s+)*-?1$/, example: '000001.jpg -1 1 1 -1', head: 2 };

/**
 * The pictures that both the list of identities and that of sides name, in the order of the first, and that have no attribute they
 * are to be without. Throws a `UserError` where a list is missing or not of its form.
 */
export async function celebaPictures({ root, landmarks, without }: CelebaSource): Promise<PictureSource> {
  const images = await openImages(root);
  const identities = await readNameList(listIn(root, 'Anno', 'identity_CelebA.txt'), IDENTITIES);
  const partition = await readNameList(listIn(root, 'Eval', 'list_eval_partition.txt'), PARTITION);
  const points =
    landmarks === 'list'
      ? await readNameList(listIn(root, 'Anno', 'list_landmarks_align_celeba.txt'), LANDMARKS)
      : undefined;
  const attributes =
    without.length > 0
      ? await readNameList(listIn(root, 'Anno', 'list_attr_celeba.txt'), ATTRIBUTES)
      : undefined;
  const unwanted = attributes && havingOneOf(without, attributes);
  const pictures: Picture[] = [];
  for (const [name, identity] of identities.rows) {
    const side = partition.rows.get(name);
    if (side === undefined || unwanted?.has(name)) continue;
    pictures.push({
      key: stemOf(name),
      identity,
      split: SIDES[Number(side)] as Split,
      file: `${images.folder}/${name}`,
    });
  }
  if (pictures.length === 0) {
    const left = unwanted ? ` without ${without.join(', ')}` : '';
    throw new UserError(`${identities.path} and ${partition.path} share no picture${left}`);
  }
  return {
    name: 'celeba',
    composed: false,
    files: images.files,
    pictures,
    lists: [identities, partition, points, attributes].flatMap((list) => list?.sha256 ?? []),
    notes: notesOn(images, identities, partition, [points, attributes]),
    ...(points && { listed: (file) => pointsOf(points, file) }),
  };
}

interface Images {
  /** The folder or the archive. */
  readonly path: string;
  /** Where they lie in the root, or would if unpacked. */
  readonly folder: string;
  readonly files: PictureFiles;
}

/** The folder or the archive, in the root or in `Img`. */
async function openImages(root: string): Promise<Images> {
  for (const below of ['', 'Img/']) {
    const folder = `${below}img_align_celeba`;
    const path = join(root, folder);
    if (isFolder(path)) return { path, folder, files: folderFiles(root, [folder]) };
    const archive = `${path}.zip`;
    if (existsSync(archive)) return { path: archive, folder, files: await zipFiles(archive, below) };
  }
  throw new UserError(
    `${root}: neither img_align_celeba nor img_align_celeba.zip is there: it was to be CelebA's folder`,
  );
}

/** A list's path in the root, or in the folder in which the makers have it. */
function listIn(root: string, folder: string, file: string): string {
  const there = join(root, folder, file);
  return existsSync(there) ? there : join(root, file);
}

function pointsOf({ path, rows }: NameList, file: string): Float32Array {
  const row = rows.get(file.slice(file.lastIndexOf('/') + 1));
  if (row === undefined) throw new UnusableFace(file, `${path} has no landmarks of it`);
  return Float32Array.from(row.split(/\s+/), Number);
}

/** The pictures that have one of the attributes; a picture that the list leaves out has none. */
function havingOneOf(names: readonly string[], { path, rows, columns = [] }: NameList): ReadonlySet<string> {
  const places = names.map((name) => {
    const place = columns.indexOf(name);
    if (place >= 0) return place;
    throw new UserError(
      `data.source.without: found ${name}, expected attributes of ${path}: ${columns.join(', ')}`,
    );
  });
  const having = [...rows].filter(([, row]) => {
    const values = row.split(/\s+/);
    return places.some((place) => values[place] === '1');
  });
  return new Set(having.map(([name]) => name));
}

/** What differs from the whole data set, or between its files: people use parts of it. */
function notesOn(
  { path, files }: Images,
  identities: NameList,
  partition: NameList,
  others: readonly (NameList | undefined)[],
): string[] {
  const notes: string[] = [];
  const expect = (
    path: string,
    what: string,
    found: readonly number[],
    expected: readonly number[],
  ): void => {
    if (found.every((value, i) => value === expected[i])) return;
    notes.push(`${path}: ${numbers(found)} ${what} where ${numbers(expected)} were expected`);
  };
  const people = new Set(identities.rows.values()).size;
  expect(identities.path, 'pictures', [identities.rows.size], [OFFICIAL.pictures]);
  expect(identities.path, 'identities', [people], [OFFICIAL.identities]);
  const sides = [...partition.rows.values()];
  const ofSide = SIDES.map((_, k) => sides.filter((side) => Number(side) === k).length);
  expect(partition.path, 'pictures to train, validate and test', ofSide, OFFICIAL.sides);
  expect(partition.path, 'pictures', [sides.length], [identities.rows.size]);
  for (const list of others) {
    if (!list) continue;
    expect(list.path, 'rows', [list.rows.size], [list.declared as number]);
    expect(list.path, 'pictures', [list.rows.size], [identities.rows.size]);
  }
  expect(path, 'pictures', [files.names.length], [identities.rows.size]);
  return notes;
}

const numbers = (values: readonly number[]): string =>
  values.map((value) => value.toLocaleString('en')).join(', ');
