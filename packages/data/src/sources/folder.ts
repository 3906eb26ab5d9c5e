/** Pictures of one's own: in a folder, or in one folder a person. */
import { basename, resolve } from 'node:path';
import { UserError } from '../error.ts';
import type { FolderSource } from './config.ts';
import { folderFiles } from './picture-files.ts';
import { keysOf, type PictureSource, stemOf } from './picture-source.ts';

/** A picture's identity is its folder's name, or its own where it lies in the root. Throws a `UserError` where there is none. */
export function folderPictures({ root }: FolderSource): PictureSource {
  const files = folderFiles(root, [''], true);
  if (files.names.length === 0) {
    throw new UserError(
      `${root}: no picture is there, nor in a folder in it: jpg, png, webp, tif, avif or gif was expected`,
    );
  }
  const stems = files.names.map((file) => file.replace(/\.[^.]*$/, ''));
  const keys = keysOf(stems);
  return {
    name: basename(resolve(root)),
    composed: false,
    files,
    pictures: files.names.map((file, i) => {
      const person = file.includes('/') ? (file.split('/')[0] as string) : stemOf(file);
      return { key: keys[i] as string, identity: person, file };
    }),
    lists: [],
    notes: [],
  };
}
