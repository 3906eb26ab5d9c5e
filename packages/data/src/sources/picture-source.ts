/** What a source finds in its folder before a picture is opened. */
import type { FaceRef } from '../face.ts';
import type { PictureFiles } from './picture-files.ts';

export interface Picture extends FaceRef {
  /** Its name in the source's files. */
  readonly file: string;
  /** The same picture occluded, where the source holds pairs. */
  readonly occluded?: string;
}

export interface PictureSource {
  readonly name: string;
  readonly composed: boolean;
  readonly files: PictureFiles;
  readonly pictures: readonly Picture[];
  /** Hashes of the lists that were read. */
  readonly lists: readonly string[];
  /** Oddities that the user should know of. */
  readonly notes: readonly string[];
  /** The source's own five points of a picture, x0, y0, …, as many as there are. Throws an `UnusableFace`. */
  listed?(file: string): Float32Array;
}

/** The part of a file's name before its extension. */
export const stemOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');

/**
 * Keys for names, each once: letters and digits as they are, a hyphen in place of everything else, a number behind those
 * that would come again. No underscore stands in them, which marks a face's further passes.
 */
export function keysOf(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
    let key = plain;
    for (let n = 2; taken.has(key); n++) key = `${plain}-${n}`;
    taken.add(key);
    return key;
  });
}
