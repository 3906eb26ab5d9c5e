/** Reads a recipe: YAML, its parents and the command line's overrides, checked against a strict schema. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest, UserError } from '@fsg/runs';
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

function resolveRecipe<T>(name: string, files: readonly Layer[], overrides: readonly string[], schema: z.ZodType<T>): T {
  const below = files.reduce((values, layer) => merge(values, layer.values), {} as Values);
  const top = overrideLayer(below, overrides);
  const values = merge(below, top.values);
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw recipeProblem(name, result.error.issues, [...files, top], values, schema);
}

/** The recipe's path: as given, else in this project's recipes; `.yaml` may be left out. */
export function findRecipe(file: string, cwd: string): string {
  const bases = [cwd, join(cwd, 'recipes'), CHECKOUT, join(CHECKOUT, 'recipes')];
  const tries = bases.flatMap((base) => [resolve(base, file), resolve(base, `${file}.yaml`)]);
  const found = tries.find((path) => /\.ya?ml$/.test(path) && existsSync(path)) ?? tries.find(existsAsFile);
  if (found) return found;
  const near = nearest(file, recipesOf(CHECKOUT));
  throw new UserError(`no recipe ${file}: no such file${near ? `; nearest: ${near}` : ''}`, 2);
}

const existsAsFile = (path: string): boolean => !path.endsWith('/') && existsSync(path);

function recipesOf(checkout: string): string[] {
  const names = readdirSync(join(checkout, 'recipes'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => relative('.', join('recipes', name)));
}
