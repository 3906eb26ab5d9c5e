/** Pairs of a clean and an occluded picture, in the folders of the FSG-GAN authors' release. */
import { basename, join, resolve } from 'node:path';
import { UserError } from '../error.ts';
import { SPLITS, type Split } from '../split.ts';
import type { PairsSource } from './config.ts';
import { type NameListForm, readNameList } from './name-list.ts';
import { folderFiles, isFolder } from './picture-files.ts';
import { keysOf, type Picture, type PictureSource, stemOf } from './picture-source.ts';

/** Kinds of occlusion: the folder in `contaminate`, and what stands before a clean picture's name there. */
const KINDS = [
  { occluder: 'blocks', folder: 'img_align_rand', prefix: '' },
  { occluder: 'mask', folder: 'img_align_mask', prefix: 'MASK_' },
  { occluder: 'cloth', folder: 'img_align_mask_sv', prefix: 'MASK_SV_' },
  { occluder: 'sunglasses', folder: 'img_align_sun_glass', prefix: 'SG_' },
] as const;

const LIST: NameListForm = { value: /^\S+$/, example: '000001.jpg 2880' };

interface Person {
  readonly identity: string;
  readonly split?: Split;
}

/**
 * The occluded pictures that are there, in the order of the list, or else of the clean ones' names, the kinds in turn.
 * Throws a `UserError` where there is none, or a list is not of its form.
 */
export async function pairPictures({ root, list }: PairsSource): Promise<PictureSource> {
  const kinds = KINDS.filter(({ folder }) => isFolder(join(root, 'contaminate', folder)));
  const files = folderFiles(root, ['complete', ...kinds.map(({ folder }) => `contaminate/${folder}`)]);
  const there = new Set(files.names);
  const { people, lists } = await peopleOf(root, list, files.names);
  const pictures: Omit<Picture, 'key'>[] = [];
  for (const [name, person] of people) {
    for (const { occluder, folder, prefix } of kinds) {
      const occluded = `contaminate/${folder}/${prefix}${name}`;
      if (there.has(occluded)) pictures.push({ ...person, occluder, file: `complete/${name}`, occluded });
    }
  }
  if (pictures.length === 0) {
    const expected = KINDS.map(({ folder, prefix }) => `contaminate/${folder}/${prefix}NAME`).join(', ');
    throw new UserError(`${root}: no pair is there: complete/NAME and ${expected} were expected`);
  }
  const keys = keysOf(pictures.map(({ file, occluder }) => `${stemOf(file)}-${occluder}`));
  return {
    name: basename(resolve(root)),
    composed: true,
    files,
    pictures: pictures.map((picture, i) => ({ ...picture, key: keys[i] as string })),
    lists,
    notes: notesOn(root, list === undefined, files.names, people, pictures),
  };
}

function notesOn(
  root: string,
  all: boolean,
  files: readonly string[],
  people: ReadonlyMap<string, Person>,
  pictures: readonly Omit<Picture, 'key'>[],
): string[] {
  const notes: string[] = [];
  const lonely = people.size - new Set(pictures.map(({ file }) => file)).size;
  if (lonely > 0) notes.push(`${root}: of ${people.size} names ${lonely} have no occluded picture`);
  const spare = files.filter((file) => file.startsWith('contaminate/')).length - pictures.length;
  if (all && spare > 0) notes.push(`${root}: ${spare} occluded pictures have no clean one of their name`);
  return notes;
}

/** By name: the lists', or each clean picture for itself. */
async function peopleOf(
  root: string,
  list: PairsSource['list'],
  files: readonly string[],
): Promise<{ people: Map<string, Person>; lists: string[] }> {
  const people = new Map<string, Person>();
  const lists: string[] = [];
  if (list === undefined) {
    for (const file of files) {
      const name = file.slice('complete/'.length);
      if (file.startsWith('complete/')) people.set(name, { identity: stemOf(name) });
    }
  } else if (typeof list === 'string') await read(list);
  else for (const split of SPLITS) if (list[split] !== undefined) await read(list[split], split);
  return { people, lists };

  async function read(file: string, split?: Split): Promise<void> {
    const { path, rows, sha256 } = await readNameList(resolve(root, file), LIST);
    lists.push(sha256);
    for (const [name, identity] of rows) {
      if (people.has(name)) throw new UserError(`${path}: ${name} stands in the list of another side too`);
      people.set(name, { identity, ...(split && { split }) });
    }
  }
}
