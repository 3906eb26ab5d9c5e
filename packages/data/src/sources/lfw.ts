/** Labeled Faces in the Wild as its makers give it out (Huang et al., 2007). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../error.ts';
import type { Split } from '../split.ts';
import type { LfwSource } from './config.ts';
import { type NameList, type NameListForm, readNameList } from './name-list.ts';
import { folderFiles, isFolder } from './picture-files.ts';
import { type Picture, type PictureSource, stemOf } from './picture-source.ts';

const OFFICIAL = { pictures: 13_233, people: 5_749 } as const;
/** Names of the folder of people, where the root is not that itself. */
const FOLDERS = ['lfw', 'lfw-deepfunneled', 'lfw-funneled', 'lfw_funneled'] as const;
/** The lists of the people whom the makers' View 1 trains and tests on: a number of rows, then name and pictures. */
const SIDES = [
  { side: 'train', file: 'peopleDevTrain.txt', people: 4_038 },
  { side: 'test', file: 'peopleDevTest.txt', people: 1_711 },
] as const;
const PEOPLE: NameListForm = { value: /^\d+$/, example: 'George_W_Bush 530', head: 1 };

/**
 * Every `Name_0001` in its person's folder; its key is that. People whom no list names are on no official side. Throws a
 * `UserError` where there is none, or a list is not of its form.
 */
export async function lfwPictures({ root }: LfwSource): Promise<PictureSource> {
  const folder = FOLDERS.find((name) => isFolder(join(root, name))) ?? '';
  const files = folderFiles(root, [folder], true);
  const named = files.names.filter((file) => isNumbered(file));
  if (named.length === 0) {
    throw new UserError(
      `${root}: no picture such as Name_Surname/Name_Surname_0001.jpg: it was to be LFW's folder`,
    );
  }
  const lists = await sideLists([root, join(root, folder)]);
  const sides = sidesOf(lists);
  const pictures = named.map((file): Picture => {
    const identity = personOf(file);
    const split = sides.get(identity);
    return { key: stemOf(file), identity, ...(split && { split }), file };
  });
  return {
    name: 'lfw',
    composed: false,
    files,
    pictures,
    lists: lists.map(({ list }) => list.sha256),
    notes: notesOn(root, pictures, files.names.length, lists),
  };
}

const personOf = (file: string): string => file.split('/').at(-2) ?? '';

const isNumbered = (file: string): boolean =>
  stemOf(file).slice(0, -4) === `${personOf(file)}_` && /\d{4}$/.test(stemOf(file));

interface SideList {
  readonly side: Split;
  /** How many people it has officially. */
  readonly people: number;
  readonly list: NameList;
}

async function sideLists(folders: readonly string[]): Promise<SideList[]> {
  const lists: SideList[] = [];
  for (const { side, file, people } of SIDES) {
    const path = folders.map((folder) => join(folder, file)).find(existsSync);
    if (path !== undefined) lists.push({ side, people, list: await readNameList(path, PEOPLE) });
  }
  return lists;
}

function sidesOf(lists: readonly SideList[]): Map<string, Split> {
  const sides = new Map<string, Split>();
  for (const { side, list } of lists) {
    for (const person of list.rows.keys()) {
      if (sides.has(person))
        throw new UserError(`${list.path}: ${person} stands in the other side's list too`);
      sides.set(person, side);
    }
  }
  return sides;
}

function notesOn(
  root: string,
  pictures: readonly Picture[],
  files: number,
  lists: readonly SideList[],
): string[] {
  const people = new Set(pictures.map(({ identity }) => identity));
  const notes: string[] = [];
  if (pictures.length !== OFFICIAL.pictures || people.size !== OFFICIAL.people) {
    notes.push(
      `${root}: ${pictures.length} pictures of ${people.size} people where LFW has ${OFFICIAL.pictures} of ${OFFICIAL.people}`,
    );
  }
  if (files > pictures.length) {
    notes.push(
      `${root}: ${files - pictures.length} pictures are not named after their folder, such as Name_0001, and left out`,
    );
  }
  for (const { list, people: official } of lists) {
    const { path, rows, declared } = list;
    if (rows.size !== official) notes.push(`${path}: ${rows.size} people where LFW has ${official}`);
    if (declared !== rows.size)
      notes.push(`${path}: its first line says ${declared}, ${rows.size} people follow`);
    const missing = [...rows.keys()].filter((person) => !people.has(person)).length;
    if (missing > 0) notes.push(`${path}: of its ${rows.size} people ${missing} have no picture`);
  }
  return notes;
}
