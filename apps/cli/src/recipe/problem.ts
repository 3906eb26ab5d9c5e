/** What is wrong with a recipe, in one line: place, key, what was found, what was expected, what was probably meant. */
import { nearest, UserError } from '@fsg/runs';
import type { z } from 'zod';
import { allowedKeys } from './keys.ts';
import type { Layer, Path, Values } from './layers.ts';

type Issue = z.core.$ZodIssue;

const LONGEST = 60;

export function recipeProblem(
  name: string,
  issues: readonly Issue[],
  layers: readonly Layer[],
  values: Values,
  schema: z.ZodType,
): UserError {
  const issue = deepest(issues[0] as Issue);
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = (unknown === undefined ? issue.path : [...issue.path, unknown]) as Path;
  const place = placeOf(path, layers) ?? name;
  const what = unknown === undefined ? wrongValue(issue, path, values) : unknownKey(path, values, schema);
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new UserError(`${place}: ${what}${more}`, 2);
}

/** Where the topmost layer has the value, or else the section that it should stand in. */
function placeOf(path: Path, layers: readonly Layer[]): string | undefined {
  if (path.length === 0) return undefined;
  const place = layers.map((layer) => layer.place(path)).findLast(Boolean);
  return place ?? placeOf(path.slice(0, -1), layers);
}

/** Of a union's alternatives the complaint of the one that was followed furthest. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const firsts = issue.errors.map((errors) => deepest(errors[0] as Issue));
  const [first] = firsts.sort((a, b) => b.path.length - a.path.length);
  return { ...(first as Issue), path: [...issue.path, ...(first as Issue).path] };
}

function unknownKey(path: Path, values: Values, schema: z.ZodType): string {
  const keys = allowedKeys(schema, values);
  const name = String(path.at(-1));
  const section = path.slice(0, -1);
  const [elsewhere] = keys.named(name);
  const sibling = nearest(name, keys.at(section));
  const meant = elsewhere ?? (sibling && [...section, sibling].join('.'));
  return `unknown key ${path.join('.')}${meant ? `; nearest valid key: ${meant}` : ''}`;
}

function wrongValue(issue: Issue, path: Path, values: Values): string {
  const key = path.join('.') || 'the recipe';
  if (issue.code === 'custom') return `${key}: ${issue.message}`;
  const { value, whole } = valueAt(path, values);
  const choices = choicesOf(issue);
  const expected = choices ? `one of ${choices.join(', ')}` : expectedBy(issue);
  if (value === undefined && whole) return `${key} is missing; expected ${expected}`;
  const near = choices && typeof value === 'string' ? `; nearest: ${nearest(value, choices)}` : '';
  return `${key}: found ${shown(value)}, expected ${expected}${near}`;
}

function choicesOf(issue: Issue): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue) return (issue.options as unknown[]).map(String);
  return undefined;
}

/** Of zod's own words what was expected: "Too small: expected number to be >=1" → "number >=1". */
function expectedBy({ message }: Issue): string {
  const expected = /(?:expected|must be) (.*?)(, received .*)?$/i.exec(message)?.[1];
  return expected?.replace(' to be ', ' ') ?? message;
}

/** The value at `path`, or the nearest one above it where the schema has unfolded a short form. */
function valueAt(path: Path, values: Values): { value: unknown; whole: boolean } {
  let value: unknown = values;
  for (const [i, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return { value, whole: i === path.length };
    value = (value as Record<string | number, unknown>)[key];
  }
  return { value, whole: true };
}

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
