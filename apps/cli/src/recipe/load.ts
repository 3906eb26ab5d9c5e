/** Reads a recipe: YAML, its parents and the command line's overrides, checked against a strict schema. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest, UserError } from '@fsg/runs';
import { Document, isScalar, visit } from 'yaml';
import type { z } from 'zod';
import { type Layer, readLayers, type Values } from './layers.ts';
import { merge, overrideLayer } from './merge.ts';
import { recipeProblem } from './problem.ts';

const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * The recipe of `file`, over its `parent:`s and under the overrides (`key.sub=value`, values in YAML, null removes).
 * Throws a UserError of exit code 2 that names file and line, key, what was found and what was expected.
 */
export async function loadRecipe<T>(
  file: string,
  overrides: readonly string[],
  schema: z.ZodType<T>,
  cwd: string,
): Promise<T> {
  const path = findRecipe(file, cwd);
  return resolveRecipe(file, await readLayers(path, cwd), overrides, schema);
}

/** The same for values that come from elsewhere, such as a run's record or nothing at all. */
export function overrideValues<T>(
  name: string,
  values: Values,
  overrides: readonly string[],
  schema: z.ZodType<T>,
): T {
  return resolveRecipe(name, [{ values, place: () => undefined }], overrides, schema);
}

function resolveRecipe<T>(
  name: string,
  files: readonly Layer[],
  overrides: readonly string[],
  schema: z.ZodType<T>,
): T {
  const below = files.reduce((values, layer) => merge(values, layer.values), {} as Values);
  const top = overrideLayer(below, overrides);
  const result = schema.safeParse(top.values);
  if (result.success) return result.data;
  throw recipeProblem(name, result.error.issues, [...files, top], top.values, schema);
}

/** The recipe's path: as given, else in this project's recipes; folder and `.yaml` may be left out. */
export function findRecipe(file: string, cwd: string): string {
  const names = [file, `${file}.yaml`, join('recipes', file), join('recipes', `${file}.yaml`)];
  const tries = [cwd, CHECKOUT].flatMap((base) => names.map((name) => resolve(base, name)));
  const found = tries.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (found) return found;
  const near = nearest(file, recipesOf(CHECKOUT));
  throw new UserError(`no recipe ${file}: there is no such file${near ? `; nearest: ${near}` : ''}`, 2);
}

function recipesOf(checkout: string): string[] {
  const folder = join(checkout, 'recipes');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.yaml')).map((name) => join('recipes', name));
}

/** A resolved recipe as YAML, which reads back as it is; short lists on one line. */
export function renderRecipe(recipe: unknown): string {
  const document = new Document(recipe);
  visit(document, {
    Seq: (_, node) => {
      node.flow = node.items.every(isScalar);
    },
  });
  return document.toString().trimEnd();
}
