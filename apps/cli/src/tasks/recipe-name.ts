import { basename, dirname, extname } from 'node:path';

/** recipes/demo/stage1.yaml → demo-stage1: what runs of the recipe are called. */
export function recipeName(file: string): string {
  const folder = basename(dirname(file));
  const name = basename(file, extname(file));
  return folder && folder !== '.' && folder !== 'recipes' ? `${folder}-${name}` : name;
}
